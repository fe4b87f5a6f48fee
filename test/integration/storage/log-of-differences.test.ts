/** The log holds an object once: these hold that every entry still reads as it was told when it was made. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { clientConfig } from '../../../src/storage/connection.ts';
import { migrate } from '../../../src/storage/migrate.ts';
import type { ObjectStore, Write } from '../../../src/storage/object-store.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { execute, uniqueName, urlOf } from '../../support/template-database.ts';
import { until } from '../../support/until.ts';
import { type Recording, record, storageFixture } from './storage-fixture.ts';
import { create, remove, update } from './writes.ts';

const fixture = storageFixture();
const random = seededRandom(11);
const LEASE = { resource: 'leases.coordination.k8s.io', namespace: 'kube-node-lease' };
const KEYS = [
  ...['a', 'b', 'c', 'd'].map((name) => ({ resource: 'pods', namespace: 'default', name })),
  ...['n1', 'n2'].map((name) => ({ ...LEASE, name })),
];

/** One write a key at most, right or wrong: some are refused, and the others' revisions close up. */
async function someWrites({ getMany }: Pick<ObjectStore, 'getMany'>): Promise<Write[]> {
  const writes: Write[] = [];
  for (const { resource, namespace, name } of KEYS.filter(() => random.next() < 0.7)) {
    const [before] = await getMany(resource, [{ namespace, name }]);
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'X', metadata: { name }, value: random.next() });
    const labels: Record<string, string> = random.next() < 0.5 ? {} : { round: String(Math.floor(random.next() * 3)) };
    if (before === undefined || random.next() < 0.1) {
      writes.push(create(name, { resource, namespace, labels, body }));
    } else if (random.next() < 0.3) {
      writes.push(remove(before, random.next() < 0.5 ? {} : { body }));
    } else {
      const seen = random.next() < 0.2 ? { ...before, revision: before.revision - 1 } : before;
      writes.push(update(seen, { labels, body }));
    }
  }
  return writes;
}

const readTo = async (recording: Recording, revision: number): Promise<void> => {
  await until(() => recording.revisions.at(-1) === revision || recording.failure() !== undefined);
  expect(recording.failure()).toBeUndefined();
};

describe('the change log', () => {
  it('tells who comes later what it told when it happened, of objects that are, were changed, went and came back', async () => {
    const { objects, feed } = await fixture.open();
    const from = await objects.currentRevision();
    const live = record(feed, from);
    const getMany = objects.getMany.bind(objects);
    for (let round = 0; round < 60; round += 1) {
      await objects.commitAll(await someWrites({ getMany }));
    }
    const last = await objects.currentRevision();
    expect(last - from).toBeGreaterThan(100);
    await readTo(live, last);
    const types = new Set(live.changes.map(({ type }) => type));
    expect([...types].sort()).toEqual(['ADDED', 'DELETED', 'MODIFIED']);
    const late = await fixture.open();
    for (const start of [from, from + 37, last - 5]) {
      const replayed = record(late.feed, start);
      await readTo(replayed, last);
      expect(replayed.changes).toEqual(live.changes.filter(({ revision }) => revision > start));
      await replayed.stop();
    }
    await live.stop();
  });

  it('keeps what a write replaces also when that is older than what can be read, for lists of the past', async () => {
    const { objects } = await fixture.open();
    await objects.commit(create('old'));
    await fixture.sql('UPDATE revisions SET compacted = current');
    const from = await objects.currentRevision();
    const [old] = await objects.getMany('pods', [{ namespace: 'default', name: 'old' }]);
    await objects.commit(update(old!, { labels: { x: 'y' } }));
    const sql = 'SELECT previous_revision, previous_body, previous_labels FROM change_log WHERE revision = $1';
    expect(await fixture.sql(sql, [from + 1])).toEqual([
      { previous_revision: String(old!.revision), previous_body: old!.body, previous_labels: {} },
    ]);
    const replayed = record((await fixture.open()).feed, from);
    await readTo(replayed, from + 1);
    expect(replayed.changes).toMatchObject([
      { type: 'MODIFIED', previous: { labels: {} }, object: { labels: { x: 'y' } } },
    ]);
    await replayed.stop();
  });

  it('from before it held differences goes on, and what it told stays', async () => {
    const name = uniqueName('old_entries');
    const server = inject('databaseServer');
    await execute(server, `create database ${name}`);
    const url = urlOf(server, name);
    const before = await mkdtemp(join(tmpdir(), 'migrations-'));
    await cp('migrations', before, { recursive: true });
    const journal = JSON.parse(await readFile(join(before, 'meta/_journal.json'), 'utf8')) as { entries: object[] };
    journal.entries.splice(4);
    await writeFile(join(before, 'meta/_journal.json'), JSON.stringify(journal));
    const old = new pg.Pool(clientConfig(url, 'test'));
    await applyMigrations(drizzle(old), { migrationsFolder: before });
    await old.query(`INSERT INTO objects (resource, namespace, name, uid, revision, labels, fields, owner_uids, controller_uid, body)
      VALUES ('pods', 'default', 'p', 'u', 2, '{"l":"2"}', '{}', '{}', '', '{"now":2}')`);
    await old.query(`INSERT INTO change_log
      (revision, type, resource, namespace, name, uid, labels, fields, previous_labels, previous_fields, body)
      VALUES (1, 'ADDED', 'pods', 'default', 'p', 'u', '{"l":"1"}', '{}', NULL, NULL, '{"now":1}'),
        (2, 'MODIFIED', 'pods', 'default', 'p', 'u', '{"l":"2"}', '{}', '{"l":"1"}', '{}', '{"now":2}')`);
    await old.query('UPDATE revisions SET current = 2');
    await migrate(url, { logger: silentLogger, clock: systemClock, random: seededRandom(1) });
    const { feed, objects, close } = await fixture.open({ url });
    const [pod] = await objects.getMany('pods', [{ namespace: 'default', name: 'p' }]);
    await objects.commit(update(pod!, { labels: { l: '3' }, body: '{"now":3}' }));
    const reader = record(feed, 0);
    await readTo(reader, 3);
    expect(reader.changes.map(({ type, object, previous }) => [type, object.body, object.labels, previous])).toEqual([
      ['ADDED', '{"now":1}', { l: '1' }, undefined],
      ['MODIFIED', '{"now":2}', { l: '2' }, { labels: { l: '1' }, fields: {} }],
      ['MODIFIED', '{"now":3}', { l: '3' }, { labels: { l: '2' }, fields: {} }],
    ]);
    await reader.stop();
    await close();
    await old.end();
    await execute(server, `drop database ${name} with (force)`);
    await rm(before, { recursive: true });
  });
});
