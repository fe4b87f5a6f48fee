/** Whom a flood keeps waiting: connections are held by statements that wait for a lock, so nothing depends on time. */
import pg from 'pg';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRegistries } from '../../../src/registry/create-registry.ts';
import { RESOURCES } from '../../../src/resources/index.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { until } from '../../support/until.ts';
import { storageFixture } from './storage-fixture.ts';
import { create } from './writes.ts';

const fixture = storageFixture();
const POOL = 10;
const FLOOD = 40;

let storage: Storage;
beforeAll(async () => {
  storage = await fixture.open({ poolSize: POOL });
  await storage.objects.commitAll([create('a'), create('b')]);
  await fixture.sql("INSERT INTO node_leases (node_name, renew_time, written_time) VALUES ('x', now(), '')");
});

/** All who want what is locked wait until the end of the test, or until it is let go. */
async function hold(statement: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: fixture.url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`BEGIN; ${statement}`);
  return async () => void (await client.query('ROLLBACK'));
}

const lock = (table: string): Promise<() => Promise<void>> => hold(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
/** What kubelets want, and nobody else. */
const lockLease = (): Promise<() => Promise<void>> => hold("SELECT FROM node_leases WHERE node_name = 'x' FOR UPDATE");
let shards = 0;
const adoptLease = ({ nodeLeases }: Storage): Promise<void> => {
  shards += 1;
  return nodeLeases.adopt(`kubelet/${shards}`, ['x']);
};

const waiting = async (): Promise<number> => {
  const rows = await fixture.sql(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
     AND application_name = 'flotilla reader' AND wait_event_type = 'Lock'`,
  );
  return rows.length;
};

function flood(ask: () => Promise<unknown>): { readonly answered: () => number; readonly all: Promise<unknown> } {
  let answered = 0;
  const asked = Array.from({ length: FLOOD }, () => ask().then(() => (answered += 1)));
  return { answered: () => answered, all: Promise.all(asked) };
}

describe('with kubelets that hold all the connections that they may have', () => {
  it('clients get, list and write, and kubelets have the rest of the pool', async () => {
    const unlock = await lockLease();
    const kubelets = flood(() => adoptLease(storage));
    await until(async () => (await waiting()) === 6);
    const { requestObjects } = storage;
    expect(await requestObjects.get('pods', 'default', 'a')).toMatchObject({ name: 'a' });
    expect((await requestObjects.list({ resource: 'pods', limit: 10 })).items).toHaveLength(2);
    expect((await requestObjects.listStream({ resource: 'pods' }, new AbortController().signal)).items).toHaveLength(2);
    await storage.ping();
    expect([kubelets.answered(), await waiting()]).toEqual([0, 6]);
    await unlock();
    await kubelets.all;
  });

  it('the verbs of the API go on, and those of controllers wait', async () => {
    const { requests, work } = createRegistries({
      ...{ objects: storage.requestObjects, workObjects: storage.objects, feed: storage.feed },
      ...{ resources: RESOURCES, triggers: [], clock: systemClock, doorbell: { ring: () => undefined } },
    });
    const unlock = await lockLease();
    const kubelets = flood(() => adoptLease(storage));
    await until(async () => (await waiting()) === 6);
    const own = work.get('pods', 'default', 'a').then(() => 'read');
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'made-meanwhile' } };
    await requests.create('namespaces', '', namespace);
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'made' } };
    await requests.create('configmaps', 'made-meanwhile', config);
    expect(await requests.get('configmaps', 'made-meanwhile', 'made')).toMatchObject({ name: 'made' });
    expect(await Promise.race([own, Promise.resolve('waits')])).toBe('waits');
    expect(kubelets.answered()).toBe(0);
    await unlock();
    expect(await own).toBe('read');
    await kubelets.all;
  });
});

describe('with a client whose lists hold all the connections that they may have', () => {
  it('others get, and kubelets work', async () => {
    const unlock = await lock('secrets');
    const lists = flood(() => storage.requestObjects.list({ resource: 'secrets', limit: 500 }));
    await until(async () => (await waiting()) === 6);
    expect(await storage.requestObjects.get('pods', 'default', 'a')).toMatchObject({ name: 'a' });
    expect((await storage.objects.list({ resource: 'pods' })).items).toHaveLength(2);
    // What a write of another client looks up.
    expect((await storage.requestObjects.list({ resource: 'pods' })).items).toHaveLength(2);
    expect((await storage.due.claim('controller/x', 'me', 60_000, 1))?.keys).toEqual([]);
    expect([lists.answered(), await waiting()]).toEqual([0, 6]);
    await unlock();
    await lists.all;
  });
});

it('another user lists at once while one has more slow lists than there are connections', async () => {
  const unlock = await lock('secrets');
  const { requestObjects } = storage;
  const lists = flood(() => requestObjects.list({ resource: 'secrets', limit: 500, caller: 'slow' }));
  await until(async () => (await waiting()) === 5);
  for (const caller of ['quick', 'another']) {
    expect((await requestObjects.list({ resource: 'pods', limit: 10, caller })).items).toHaveLength(2);
  }
  expect([lists.answered(), await waiting()]).toEqual([0, 5]);
  await unlock();
  await lists.all;
});

it('with both at once a get still finds a connection, and the pool is never larger than it is said to be', async () => {
  const unlock = [await lock('secrets'), await lockLease()];
  const lists = flood(() => storage.requestObjects.list({ resource: 'secrets', limit: 500 }));
  const kubelets = flood(() => adoptLease(storage));
  await until(async () => (await waiting()) === 8);
  expect(await storage.requestObjects.get('pods', 'default', 'b')).toMatchObject({ name: 'b' });
  const [{ readers = 0 } = {}] = await fixture.sql<{ readers: number }>(
    `SELECT count(*)::int AS readers FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'flotilla reader'`,
  );
  expect(readers).toBeLessThanOrEqual(POOL);
  await Promise.all(unlock.map((each) => each()));
  await Promise.all([lists.all, kubelets.all]);
});

it('a process without an API leaves all connections to its kubelets', async () => {
  const worker = await fixture.open({ poolSize: 5, serves: { requests: false, work: true } });
  const unlock = await lockLease();
  const kubelets = flood(() => adoptLease(worker));
  await until(async () => (await waiting()) === 5);
  await unlock();
  await kubelets.all;
});
