import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StatusError } from '../../../src/errors.ts';
import { until } from '../../support/until.ts';
import { record, storageFixture } from './storage-fixture.ts';
import { create } from './writes.ts';

const fixture = storageFixture();

describe('broken connections', () => {
  it('loses no write that was answered, and tells nothing twice', async () => {
    const storages = await Promise.all([fixture.open(), fixture.open()]);
    const from = await storages[0]!.objects.currentRevision();
    const recording = record(storages[1]!.feed, from);
    const answered = new Map<string, number>();
    const failures: unknown[] = [];
    let isDone = false;
    const writing = storages.flatMap(({ objects }, process) =>
      Array.from({ length: 8 }, async (_, lane) => {
        for (let i = 0; !isDone; i += 1) {
          const name = `k-${process}-${lane}-${i}`;
          const result = await objects.commit(create(name)).catch((error: unknown) => failures.push(error));
          if (typeof result === 'object' && result.ok) {
            answered.set(name, result.revision);
          }
        }
      }),
    );
    for (let kill = 0; kill < 15; kill += 1) {
      const seen = answered.size;
      await fixture.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'flotilla %'`,
      );
      await until(() => answered.size > seen + 20);
    }
    isDone = true;
    await Promise.all(writing);

    const rows = await fixture.sql<{ name: string; revision: string }>(
      "SELECT name, revision FROM pods WHERE name LIKE 'k-%'",
    );
    const stored = new Map(rows.map(({ name, revision }) => [name, Number(revision)]));
    expect([...answered].filter(([name, revision]) => stored.get(name) !== revision)).toEqual([]);
    // What failed may have been written (the connection broke in COMMIT) or not, and says so.
    expect(failures.every((error) => error instanceof StatusError && error.code === 503)).toBe(true);
    const last = await storages[0]!.objects.currentRevision();
    await until(() => recording.revisions.at(-1) === last);
    const revisions = recording.changes.map(({ revision }) => revision);
    expect(revisions).toEqual(Array.from({ length: last - from }, (_, i) => from + i + 1));
    await recording.stop();
  });

  it('says that the outcome of a commit is unknown when its connection breaks, and never sends it again', async () => {
    const storage = await fixture.open();
    const blocker = new pg.Client({ connectionString: fixture.url });
    onTestFinished(() => blocker.end());
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM revisions FOR UPDATE');
    const answer = storage.objects.commit(create('unknown')).catch((error: unknown) => error);
    const endWaiting = () =>
      fixture.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
         AND application_name = 'flotilla writer' AND wait_event_type = 'Lock'`,
      );
    await until(async () => (await endWaiting()).length > 0);
    expect(await answer).toMatchObject({ code: 503, message: expect.stringContaining('outcome is unknown') });
    await blocker.query('ROLLBACK');
    const before = await storage.objects.currentRevision();
    expect(await storage.objects.commit(create('known'))).toEqual({ ok: true, revision: before + 1 });
    expect(await storage.objects.get('pods', 'default', 'unknown')).toBeUndefined();
  });

  it('answers 503 while the database is away, and works again after', async () => {
    const storage = await fixture.open();
    const name = (await fixture.sql<{ name: string }>('SELECT current_database() AS name'))[0]!.name;
    const server = new URL(fixture.url);
    server.pathname = '/postgres';
    const admin = new pg.Client({ connectionString: server.href });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await expect(storage.objects.commit(create('away'))).rejects.toMatchObject({ code: 503 });
    await expect(storage.objects.get('pods', 'default', 'away')).rejects.toMatchObject({ code: 503 });
    await expect(storage.ping()).rejects.toThrow();
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
    expect(await storage.objects.commit(create('back'))).toMatchObject({ ok: true });
    await storage.ping();
  });

  it('closes in bounded time, answers what it took, and refuses what comes after', async () => {
    const storage = await fixture.open();
    const taken = storage.objects.commitAll(Array.from({ length: 2_000 }, (_, i) => create(`closing-${i}`)));
    const start = performance.now();
    await storage.close();
    expect(performance.now() - start).toBeLessThan(10_000);
    expect((await taken).every(({ ok }) => ok)).toBe(true);
    await expect(storage.objects.commit(create('too-late'))).rejects.toMatchObject({ code: 503 });
  });
});
