import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { StatusError } from '../../../src/errors.ts';
import { clientConfig } from '../../../src/storage/connection.ts';
import { compact } from '../../../src/storage/feed/compaction.ts';
import { extendLog } from '../../../src/storage/feed/log-partitions.ts';
import { migrate } from '../../../src/storage/migrate.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { execute, uniqueName, urlOf } from '../../support/template-database.ts';
import { until } from '../../support/until.ts';
import { record, storageFixture } from './storage-fixture.ts';
import { create } from './writes.ts';

const fixture = storageFixture();
const SIZE = 20;
let pool: pg.Pool;
beforeAll(() => {
  pool = new pg.Pool(clientConfig(fixture.url, 'test'));
});
afterAll(() => pool.end());

const compactNow = (revisions: number): Promise<void> =>
  compact({
    ...{ pool, retention: { minutes: 60, revisions }, partitionSize: SIZE, signal: new AbortController().signal },
    ...{ clock: systemClock, random: seededRandom(1), logger: silentLogger },
  });
const partitions = async (): Promise<number[]> => {
  const rows = await fixture.sql<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relname ~ '^change_log_\\d+$' AND relkind = 'r'",
  );
  return rows.map(({ name }) => Number(name.slice('change_log_'.length))).sort((a, b) => a - b);
};
const writeSome = async ({ objects }: Storage, name: string, count: number): Promise<void> => {
  const results = await objects.commitAll(Array.from({ length: count }, (_, i) => create(`${name}-${i}`)));
  expect(results.every(({ ok }) => ok)).toBe(true);
};

describe('the migration to partitions', () => {
  it('keeps every entry of a log that is there, and takes more', async () => {
    const name = uniqueName('old_log');
    const server = inject('databaseServer');
    await execute(server, `create database ${name}`);
    const url = urlOf(server, name);
    const before = await mkdtemp(join(tmpdir(), 'migrations-'));
    await cp('migrations', before, { recursive: true });
    const journal = JSON.parse(await readFile(join(before, 'meta/_journal.json'), 'utf8')) as { entries: object[] };
    journal.entries.splice(2);
    await writeFile(join(before, 'meta/_journal.json'), JSON.stringify(journal));
    const old = new pg.Pool(clientConfig(url, 'test'));
    await applyMigrations(drizzle(old), { migrationsFolder: before });
    await old.query('UPDATE revisions SET current = 123456, compacted = 123000');
    await old.query(
      `INSERT INTO change_log (revision, type, resource, namespace, name, uid, labels, fields, body)
       SELECT n, 'ADDED', 'pods', 'default', 'p-' || n, 'u', '{}', '{}', '{}' FROM generate_series(122900, 123456) n`,
    );
    await migrate(url, { logger: silentLogger, clock: systemClock, random: seededRandom(1) });
    const { feed, objects, close } = await fixture.open({ url });
    const reader = record(feed, 123_000);
    await until(() => reader.changes.length === 456);
    await objects.commit(create('after'));
    await until(() => reader.changes.at(-1)?.object.name === 'after');
    await reader.stop();
    await close();
    await old.end();
    await execute(server, `drop database ${name} with (force)`);
    await rm(before, { recursive: true });
  });
});

describe('the partitions of the change log', () => {
  it('are made by a writer that finds none, however far the revision has jumped', async () => {
    await fixture.sql('DROP TABLE change_log_0');
    const storage = await fixture.open();
    await writeSome(storage, 'first', 3);
    await fixture.sql('UPDATE revisions SET current = current + 3000000000, compacted = current + 3000000000');
    await writeSome(storage, 'jumped', 700);
    await storage.objects.commit(
      create('n1', { resource: 'leases.coordination.k8s.io', namespace: 'kube-node-lease' }),
    );
    await storage.nodeLeases.adopt('kubelet/0', ['n1']);
    await fixture.sql('UPDATE revisions SET current = current + 3000000000, compacted = current + 3000000000');
    expect(await storage.nodeLeases.renewShard('kubelet/0', 0)).toBe(1);
    const end = await storage.objects.currentRevision();
    await until(() => storage.feed.revision === end);
    const reader = record(storage.feed, end - 1);
    await until(() => reader.changes.length === 1);
    await reader.stop();
  });

  it('are made ahead of time, and again only when some are used up', async () => {
    await fixture.sql('UPDATE revisions SET current = current + 3000000000, compacted = current + 3000000000');
    await compactNow(1_000);
    const before = await partitions();
    await Promise.all([extendLog(pool, SIZE), extendLog(pool, SIZE)]);
    expect(await partitions()).toEqual(before);
    expect(before.length).toBeGreaterThanOrEqual(8);
    await writeSome(await fixture.open(), 'ahead', 2 * SIZE);
    await extendLog(pool, SIZE);
    expect((await partitions()).length).toBeGreaterThan(before.length);
  });

  it('go while a transaction that has read the log stays open, and commits and the feed never wait for that', async () => {
    const storage = await fixture.open();
    const live = record(storage.feed, storage.feed.revision);
    await writeSome(storage, 'old', 5 * SIZE);
    const [first] = await partitions();
    const reader = await pool.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT count(*) FROM change_log');
    const refused = compactNow(10).then(
      () => undefined,
      (error: unknown) => error,
    );
    await until(async () => (await fixture.sql('SELECT FROM pg_inherits WHERE inhdetachpending')).length === 1);
    // The detach waits now: what follows would queue behind it, were it a DROP.
    await writeSome(storage, 'meanwhile', SIZE);
    await extendLog(pool, SIZE);
    await until(() => live.changes.length === 6 * SIZE);
    expect(await refused).toMatchObject({ code: '55P03' });
    await reader.query('COMMIT');
    reader.release();
    // One that finds the lock taken does nothing: the backend of the refused one may still be about to end.
    await until(async () => {
      await compactNow(10);
      return ((await partitions())[0] ?? 0) > (first ?? 0);
    });
    expect(await fixture.sql('SELECT FROM pg_inherits WHERE inhdetachpending')).toHaveLength(0);
    expect(live.failure()).toBeUndefined();
    await live.stop();
  });

  it('show a reader that they are dropped under every entry or 410, never a gap', async () => {
    const [writer, other] = [await fixture.open(), await fixture.open()];
    const random = seededRandom(5);
    let isWriting = true;
    const seen = { whole: 0, expired: 0 };
    const follow = async (): Promise<void> => {
      while (isWriting) {
        const oldest = other.feed.oldestRevision;
        const from = oldest + Math.floor(random.next() * (other.feed.revision - oldest));
        const stop = new AbortController();
        let at = from;
        try {
          for await (const { revision, changes } of other.feed.changes({ from, signal: stop.signal })) {
            // One entry a revision: whatever is missing shows.
            expect(changes.map((change) => change.revision)).toEqual(
              Array.from({ length: revision - at }, (_, i) => at + 1 + i),
            );
            at = revision;
            if (at > from + 200) {
              stop.abort();
            }
          }
          seen.whole += 1;
        } catch (error) {
          if (!(error instanceof StatusError) || error.reason !== 'Expired') {
            throw error;
          }
          seen.expired += 1;
        }
      }
    };
    const readers = [follow(), follow(), follow()];
    for (let round = 0; round < 30; round += 1) {
      await writeSome(writer, `round-${round}`, 4 * SIZE);
      await compactNow(2 * SIZE);
    }
    isWriting = false;
    await writeSome(writer, 'last', 250);
    await Promise.all(readers);
    expect(seen.whole).toBeGreaterThan(0);
  });
});
