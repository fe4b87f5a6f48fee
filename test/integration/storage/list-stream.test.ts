import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ListStream } from '../../../src/storage/object-store.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import type { ObjectText } from '../../../src/storage/stored-object.ts';
import { until } from '../../support/until.ts';
import { storageFixture } from './storage-fixture.ts';
import { create, update } from './writes.ts';

const fixture = storageFixture();
const PODS = 50_000;
const PADDING = 2_300;

let storage: Storage;
beforeAll(async () => {
  storage = await fixture.open();
  await fixture.sql(
    `INSERT INTO objects (resource, namespace, name, uid, revision, labels, fields, owner_uids, controller_uid, body)
     SELECT 'pods', 'ns-' || i % 3, 'pod-' || lpad(i::text, 5, '0'), 'uid-' || i, i + 1,
       jsonb_build_object('half', (i % 2)::text), '{}', '{}', '',
       '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"pod-' || lpad(i::text, 5, '0') || '","namespace":"ns-' || i % 3
         || '","uid":"uid-' || i || '"},"padding":"' || repeat('x', $2) || '"}'
     FROM generate_series(0, $1 - 1) i`,
    [PODS, PADDING],
  );
  await fixture.sql('UPDATE revisions SET current = $1, compacted = $1', [PODS]);
});

const nameOf = ({ body }: ObjectText): string => {
  const { metadata } = JSON.parse(body) as { metadata: { namespace: string; name: string } };
  return `${metadata.namespace}/${metadata.name}`;
};

async function* batches({ items, rest }: ListStream): AsyncGenerator<readonly ObjectText[]> {
  yield items;
  yield* rest ?? [];
}
async function names(stream: ListStream): Promise<string[]> {
  const all: string[] = [];
  for await (const batch of batches(stream)) {
    all.push(...batch.map(nameOf));
  }
  return all;
}
const streamsOpen = async (): Promise<number> => {
  const rows = await fixture.sql(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
     AND application_name = 'flotilla list stream' AND state <> 'idle'`,
  );
  return rows.length;
};
const never = (): AbortSignal => new AbortController().signal;

describe('a list of 50,000 pods', () => {
  it('comes whole, in order, in batches of bounded bytes', async () => {
    const all: string[] = [];
    let largest = 0;
    for await (const batch of batches(await storage.objects.listStream({ resource: 'pods' }, never()))) {
      largest = Math.max(
        largest,
        batch.reduce((sum, { body }) => sum + body.length, 0),
      );
      all.push(...batch.map(nameOf));
    }
    expect(all).toHaveLength(PODS);
    expect(all).toEqual([...all].sort());
    expect(new Set(all).size).toBe(PODS);
    expect(largest).toBeLessThan(512 * 1024);
    expect(await streamsOpen()).toBe(0);
  });

  it('fetches nothing that was not asked for', async () => {
    const reader = new AbortController();
    const { items } = await storage.objects.listStream({ resource: 'pods' }, reader.signal);
    expect(items.length).toBeLessThan(100);
    reader.abort();
  });

  it('is read by others while one user reads as many as they may', async () => {
    const { requestObjects } = storage;
    const stop = new AbortController();
    const open = (caller: string) => requestObjects.listStream({ resource: 'pods', caller }, stop.signal);
    const held = await Promise.all([1, 2, 3, 4].map(() => open('many')));
    const waiting = Array.from({ length: 13 }, () =>
      open('many').then(
        () => 'read',
        (error) => error.code,
      ),
    );
    expect(await Promise.race(waiting)).toBe(429);
    const other = await open('few');
    expect([other.items.length > 0, await streamsOpen()]).toEqual([true, 5]);
    stop.abort();
    await Promise.all([...held, other].map((stream) => expect(names(stream)).rejects.toThrow()));
    await Promise.all(waiting);
  });

  it('is one snapshot with its revision, whatever is written meanwhile', async () => {
    const { objects } = storage;
    const stream = await objects.listStream({ resource: 'pods', namespace: 'ns-2' }, never());
    const last = (await objects.list({ resource: 'pods', namespace: 'ns-2', name: 'pod-49997' })).items[0]!;
    const [written, added] = await objects.commitAll([
      update(last, { body: last.body.replace('uid-49997', 'changed') }),
      create('zzz', { namespace: 'ns-2', uid: randomUUID() }),
    ]);
    expect(written).toEqual({ ok: true, revision: stream.revision + 1 });
    expect(added).toMatchObject({ ok: true });
    let seen: ObjectText | undefined;
    for await (const batch of batches(stream)) {
      seen = batch.at(-1) ?? seen;
    }
    expect(seen?.body).toBe(last.body);
    expect(seen?.revision).toBe(last.revision);
    const again = await objects.listStream({ resource: 'pods', namespace: 'ns-2' }, never());
    expect(again.revision).toBe(stream.revision + 2);
    expect((await names(again)).at(-1)).toBe('ns-2/zzz');
  });

  it('takes selectors, a limit and a start', async () => {
    const selected = await storage.objects.listStream(
      { resource: 'pods', namespace: 'ns-0', labels: [{ key: 'half', operator: 'In', values: ['1'] }] },
      never(),
    );
    expect((await names(selected)).length).toBe(8_333);
    const query = { resource: 'pods', namespace: 'ns-1', limit: 5_000 } as const;
    const first = await storage.objects.listStream(query, never());
    const one = await names(first);
    expect(one).toHaveLength(5_000);
    expect(first.next).toEqual({ namespace: 'ns-1', name: one.at(-1)!.slice('ns-1/'.length) });
    expect(first.remaining).toBe(16_667 - 5_000);
    const page = await storage.objects.list({ ...query, limit: 1 });
    expect(first.revision).toBe(page.revision);
    const rest = await storage.objects.listStream({ ...query, limit: 11_667, after: first.next! }, never());
    expect(rest.next).toBeUndefined();
    const two = await names(rest);
    expect(two).toHaveLength(11_667);
    expect(two[0]! > one.at(-1)!).toBe(true);
  });

  it('reads a short list without a transaction', async () => {
    const stream = await storage.objects.listStream({ resource: 'configmaps' }, never());
    expect(stream).toEqual({ revision: await storage.objects.currentRevision(), items: [] });
    const small = await storage.objects.listStream({ resource: 'pods', name: 'pod-00000' }, never());
    expect(small.items).toHaveLength(1);
    expect(small.rest).toBeUndefined();
  });
});

describe('references', () => {
  it('come in pages, of what was created before a time', async () => {
    const { objects } = storage;
    await objects.commitAll(['a', 'b', 'c', 'd'].map((name) => create(name, { resource: 'events' })));
    await fixture.sql(`UPDATE events SET created_at = '2026-01-01T00:00:00.5Z' WHERE name <> 'b'`);
    const createdBefore = Date.parse('2026-01-01T00:00:00.501Z');
    const refs = async (query: object) =>
      (await objects.listRefs({ resource: 'events', ...query })).items.map(({ name }) => name);
    expect(await refs({ createdBefore })).toEqual(['a', 'c', 'd']);
    expect(await refs({ createdBefore, limit: 2 })).toEqual(['a', 'c']);
    expect(await refs({ createdBefore, limit: 2, after: { namespace: 'default', name: 'c' } })).toEqual(['d']);
    expect(await refs({ createdBefore: createdBefore - 1 })).toEqual([]);
    expect(await refs({})).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a list that does not end well', () => {
  it('frees its connection when the reader aborts, before the rest is read and in its middle', async () => {
    for (const isStarted of [false, true]) {
      const reader = new AbortController();
      const { rest } = await storage.objects.listStream({ resource: 'pods' }, reader.signal);
      const iterator = rest![Symbol.asyncIterator]();
      if (isStarted) {
        await iterator.next();
      }
      expect(await streamsOpen()).toBe(1);
      reader.abort();
      await expect(iterator.next()).rejects.toMatchObject({ code: 503 });
      await until(async () => (await streamsOpen()) === 0);
    }
  });

  it('frees its connection when the reader just stops', async () => {
    const { rest } = await storage.objects.listStream({ resource: 'pods' }, never());
    for await (const _ of rest!) {
      break;
    }
    await until(async () => (await streamsOpen()) === 0);
  });

  it('fails when its backend is killed, and the next list works', async () => {
    const { rest } = await storage.objects.listStream({ resource: 'pods' }, never());
    const iterator = rest![Symbol.asyncIterator]();
    await iterator.next();
    await fixture.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'flotilla list stream'`,
    );
    await until(async () => (await streamsOpen()) === 0);
    // What had come before is still read; the end is an error.
    await expect(
      (async () => {
        let end = false;
        while (!end) {
          end = (await iterator.next()).done === true;
        }
      })(),
    ).rejects.toMatchObject({ code: 503 });
    const next = await storage.objects.listStream({ resource: 'pods', namespace: 'ns-0' }, never());
    expect(await names(next)).toHaveLength(16_667);
  });

  it('is refused with 429 when too many are under way, and other reads go on', async () => {
    const readers = Array.from({ length: 30 }, () => new AbortController());
    const opened = readers.map(({ signal }) => storage.objects.listStream({ resource: 'pods' }, signal));
    const outcomes = Promise.allSettled(opened);
    const refused = await Promise.any(
      opened.map((one) =>
        one.then(
          () => Promise.reject(new Error('opened')),
          (error: unknown) => error,
        ),
      ),
    );
    expect(refused).toMatchObject({ code: 429, details: { retryAfterSeconds: 1 } });
    expect(await streamsOpen()).toBeLessThanOrEqual(5);
    expect(await storage.objects.get('pods', 'ns-0', 'pod-00000')).toBeDefined();
    // Each that ends lets one that waits begin.
    for (const [i, one] of opened.entries()) {
      one.then(
        () => readers[i]!.abort(),
        () => undefined,
      );
    }
    const results = await outcomes;
    // 16 that wait, four that have or make a connection, four more where those of the test before are being closed.
    const served = results.filter(({ status }) => status === 'fulfilled').length;
    expect(served).toBeGreaterThanOrEqual(16);
    expect(served).toBeLessThanOrEqual(24);
    await until(async () => (await streamsOpen()) === 0);
  });
});
