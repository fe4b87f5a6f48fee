import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { clientConfig } from '../../../src/storage/connection.ts';
import { compact } from '../../../src/storage/feed/compaction.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';
import { record, storageFixture } from './storage-fixture.ts';
import { create } from './writes.ts';

const fixture = storageFixture();

async function compactNow(retention: { minutes: number; revisions: number }): Promise<void> {
  const pool = new pg.Pool({ ...clientConfig(fixture.url, 'test'), max: 1 });
  const signal = new AbortController().signal;
  const common = { clock: systemClock, random: seededRandom(1), logger: silentLogger, signal };
  await compact({ ...common, pool, retention, partitionSize: 4 });
  await pool.end();
}
/** What is readable; partitions go when all that they hold is not. */
const logged = async (): Promise<number[]> =>
  (
    await fixture.sql<{ revision: string }>(
      'SELECT revision FROM change_log, revisions WHERE revision > compacted ORDER BY revision',
    )
  ).map(({ revision }) => Number(revision));

describe('compaction', () => {
  it('forgets what is old or far back, answers 410 behind it, and leaves live readers alone', async () => {
    const { objects, feed } = await fixture.open();
    const live = record(feed, 0);
    await objects.commitAll(Array.from({ length: 20 }, (_, i) => create(`c-${i}`)));
    await compactNow({ minutes: 5, revisions: 100 });
    expect(await logged()).toHaveLength(20);
    await compactNow({ minutes: 5, revisions: 8 });
    expect(await logged()).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
    await fixture.sql("UPDATE change_log SET at = now() - interval '6 minutes' WHERE revision <= 15");
    await compactNow({ minutes: 5, revisions: 100 });
    expect(await logged()).toEqual([16, 17, 18, 19, 20]);
    await until(() => feed.oldestRevision === 15);

    await objects.commit(create('after'));
    await until(() => live.changes.length === 21);
    expect(live.failure()).toBeUndefined();
    await live.stop();

    const behind = record(feed, 14);
    expect(await until(() => behind.failure())).toMatchObject({
      code: 410,
      message: 'too old resource version: 14 (15)',
    });
    const oldest = record((await fixture.open()).feed, 15);
    await until(() => oldest.changes.length === 6);
    await oldest.stop();
  });

  it('keeps an entry that is committed while it decides', async () => {
    await fixture.sql("UPDATE change_log SET at = now() - interval '1 hour'");
    const writer = new pg.Client({ connectionString: fixture.url });
    await writer.connect();
    await writer.query('BEGIN; UPDATE revisions SET current = current + 1');
    await writer.query(
      `INSERT INTO change_log (revision, type, resource, namespace, name, uid, labels, fields, body)
       SELECT current, 'ADDED', 'pods', 'default', 'young', 'u', '{}', '{}', '{}' FROM revisions`,
    );
    const compaction = compactNow({ minutes: 5, revisions: 100 });
    // All that its snapshot shows is old; now it waits for the counter's row.
    await until(async () => {
      const waiting = await fixture.sql(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE revisions%'",
      );
      return waiting.length > 0;
    });
    await writer.query('COMMIT');
    await compaction;
    await writer.end();
    const [row] = await fixture.sql<{ current: string }>('SELECT current FROM revisions');
    expect(await logged()).toEqual([Number(row!.current)]);
  });

  it('makes the readers of a process that was overtaken start anew', async () => {
    const [writer, cutOff] = await Promise.all([fixture.open(), fixture.open()]);
    const from = await writer!.objects.currentRevision();
    const reader = record(cutOff!.feed, from);
    // As if the tailer had seen nothing meanwhile: written, logged and compacted in one go.
    await fixture.sql('BEGIN; UPDATE revisions SET current = current + 10, compacted = current + 10; COMMIT');
    expect(await until(() => reader.failure())).toMatchObject({ code: 410 });
    expect(cutOff!.feed.revision).toBe(from + 10);
    await writer!.objects.commit(create('afterwards'));
    const again = record(cutOff!.feed, from + 10);
    await until(() => again.changes.length === 1);
    await again.stop();
  });

  it('runs in one process at a time', async () => {
    const holder = new pg.Client({ connectionString: fixture.url });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(7305002)');
    const before = await logged();
    await compactNow({ minutes: 0, revisions: 0 });
    expect(await logged()).toEqual(before);
    await holder.end();
  });
});
