import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../src/storage/storage.ts';
import type { StoredObject } from '../../../src/storage/stored-object.ts';
import { storageFixture } from './storage-fixture.ts';
import { create, remove, update } from './writes.ts';

const fixture = storageFixture();

async function stored(storage: Storage, name: string, resource = 'pods', namespace = 'default'): Promise<StoredObject> {
  const found = await storage.objects.get(resource, namespace, name);
  if (found === undefined) {
    throw new Error(`${name} is not there`);
  }
  return found;
}

describe('compare-and-set', () => {
  it('answers exists, conflict and gone; a refused write leaves the counter alone', async () => {
    const { objects, ...storage } = await fixture.open();
    const before = await objects.currentRevision();
    expect(await objects.commit(create('a'))).toEqual({ ok: true, revision: before + 1 });
    expect(await objects.commit(create('a'))).toEqual({ ok: false, reason: 'exists' });
    const read = await stored({ objects, ...storage }, 'a');
    expect(await objects.commit(update(read, { labels: { v: '1' } }))).toEqual({ ok: true, revision: before + 2 });
    expect(await objects.commit(update(read))).toEqual({ ok: false, reason: 'conflict' });
    expect(await objects.commit(remove(read))).toEqual({ ok: false, reason: 'conflict' });
    const fresh = await stored({ objects, ...storage }, 'a');
    expect(await objects.commit(update({ ...fresh, uid: 'other' }))).toEqual({ ok: false, reason: 'conflict' });
    expect(await objects.commit(remove(fresh))).toEqual({ ok: true, revision: before + 3 });
    expect(await objects.commit(update(fresh))).toEqual({ ok: false, reason: 'gone' });
    expect(await objects.commit(remove(fresh))).toEqual({ ok: false, reason: 'gone' });
    expect(await objects.currentRevision()).toBe(before + 3);
  });

  it('lets one of many writers of the same object win, within a batch and between processes', async () => {
    const storages = await Promise.all([fixture.open(), fixture.open(), fixture.open()]);
    const [first] = storages;
    await first!.objects.commit(create('contended'));
    const read = await stored(first!, 'contended');
    const attempts = storages.flatMap(({ objects }) =>
      Array.from({ length: 20 }, (_, i) => objects.commit(update(read, { labels: { i: String(i) } }))),
    );
    const results = await Promise.all(attempts);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const creates = await Promise.all(storages.map(({ objects }) => objects.commit(create('one-of-three'))));
    expect(creates.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('counts to 90 with three processes that read, add one and retry', async () => {
    const storages = await Promise.all([fixture.open(), fixture.open(), fixture.open()]);
    await storages[0]!.objects.commit(create('counter', { labels: { n: '0' } }));
    await Promise.all(
      storages.map(async (storage) => {
        for (let done = 0; done < 30; ) {
          const read = await stored(storage, 'counter');
          const labels = { n: String(Number(read.labels['n']) + 1) };
          const result = await storage.objects.commit(update(read, { labels }));
          done += result.ok ? 1 : 0;
        }
      }),
    );
    expect((await stored(storages[0]!, 'counter')).labels).toEqual({ n: '90' });
  });

  it('answers each write of a batch on its own, in order', async () => {
    const storage = await fixture.open();
    await storage.objects.commit(create('batch-1'));
    const old = await stored(storage, 'batch-1');
    const results = await storage.objects.commitAll([
      create('batch-1'),
      create('batch-2'),
      remove(old),
      create('batch-1'),
      update(old),
      create('batch-3', { uid: 'x'.repeat(20) }),
    ]);
    expect(results.map((result) => (result.ok ? 'ok' : result.reason))).toEqual([
      'exists',
      'ok',
      'ok',
      'ok',
      'conflict',
      'ok',
    ]);
    const revisions = results.flatMap((result) => (result.ok ? result.revision : []));
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
  });

  it('keeps the neighbours of a write that Postgres refuses', async () => {
    const storage = await fixture.open();
    // Too large for a B-tree entry, and not compressible.
    const huge = Array.from({ length: 400 }, () => randomUUID()).join('');
    const results = await Promise.allSettled([
      ...['p1', 'p2', 'p3'].map((name) => storage.objects.commit(create(name))),
      storage.objects.commit(create(huge)),
      ...['p4', 'p5'].map((name) => storage.objects.commit(create(name))),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    ]);
  });

  it('refuses with 429 and Retry-After when too much is waiting', async () => {
    const { objects } = await fixture.open();
    const many = objects.commitAll(
      Array.from({ length: 10_000 }, (_, i) => create(`flood-${i}`, { resource: 'floods' })),
    );
    await expect(objects.commit(create('late'))).rejects.toMatchObject({
      code: 429,
      details: { retryAfterSeconds: 1 },
    });
    expect((await many).every(({ ok }) => ok)).toBe(true);
    expect(await objects.commit(create('late'))).toMatchObject({ ok: true });
  });

  it('stores NUL and lone surrogates as U+FFFD and finds nothing under such names', async () => {
    const storage = await fixture.open();
    const odd = {
      fields: { reason: 'a\0b\ud800' },
      labels: { 'k\0': '\udfff' },
      body: JSON.stringify({ text: '\0\ud800' }),
    };
    expect(await storage.objects.commit(create('odd', odd))).toMatchObject({ ok: true });
    const read = await stored(storage, 'odd');
    expect(read.fields).toEqual({ reason: 'a\ufffdb\ufffd' });
    expect(read.body).toBe(odd.body);
    expect(await storage.objects.get('pods', 'default', 'o\0dd')).toBeUndefined();
    const fields = [{ path: 'x\0', operator: '=' as const, value: '\0' }];
    const { items } = await storage.objects.list({ resource: 'pods', namespace: '\0', fields });
    expect(items).toEqual([]);
  });
});

describe('what an object claims of its owners', () => {
  it('may be of any length, and is found', async () => {
    const { objects } = await fixture.open();
    const long = randomBytes(2_700).toString('base64');
    const claimed = { resource: 'long', ownerUids: [long], controllerUid: long, due: [{ shard: 's', key: long }] };
    expect(await objects.commit(create('claims', claimed))).toMatchObject({ ok: true });
    const nameOf = ({ name }: { name: string }): string => name;
    expect((await objects.dependentsOf([long])).map(nameOf)).toEqual(['claims']);
    expect((await objects.list({ resource: 'long', ownerUid: long })).items.map(nameOf)).toEqual(['claims']);
    expect((await objects.list({ resource: 'long', controllerUid: long })).items.map(nameOf)).toEqual(['claims']);
    const [due] = await fixture.sql<{ key: string }>("SELECT key FROM due WHERE shard = 's'");
    expect(due?.key).toBe(long.slice(0, 800));
  });
});

describe('fences', () => {
  it('refuses what a shard writes after another has taken it over, and what was released', async () => {
    const { objects, due } = await fixture.open();
    const old = await due.claim('kubelet/1', 'a', 1, 0);
    expect(await objects.commit(create('f1', { fence: old!.lease }))).toMatchObject({ ok: true });
    await fixture.sql("UPDATE shard_owners SET expires_at = now() - interval '1 second'");
    // Not taken over yet: nobody else acts, so nobody is harmed.
    expect(await objects.commit(create('f2', { fence: old!.lease }))).toMatchObject({ ok: true });
    const next = await due.claim('kubelet/1', 'b', 60_000, 0);
    expect(next!.lease.epoch).toBe(old!.lease.epoch + 1);
    const results = await objects.commitAll([
      create('f3', { fence: old!.lease }),
      create('f4', { fence: next!.lease }),
      create('f5'),
    ]);
    expect(results.map((result) => result.ok || result.reason)).toEqual(['fenced', true, true]);
    await due.settle(next!.lease, [], true);
    expect(await objects.commit(create('f6', { fence: next!.lease }))).toEqual({ ok: false, reason: 'fenced' });
    const epochs = [];
    for (const holder of ['b', 'b', 'a', 'b']) {
      const claimed = await due.claim('kubelet/1', holder, 60_000, 0);
      epochs.push(claimed!.lease.epoch - next!.lease.epoch);
      await due.settle(claimed!.lease, [], true);
    }
    // What it remembers is good for as long as nobody else had the shard.
    expect(epochs).toEqual([0, 0, 1, 2]);
  });

  it('lets no write of the old holder become visible after a takeover, under load', async () => {
    const storages = await Promise.all([fixture.open(), fixture.open()]);
    const [writer, thief] = storages;
    const lease = (await writer!.due.claim('kubelet/9', 'old', 1, 0))!.lease;
    let isTaken = false;
    const late: boolean[] = [];
    const writing = (async () => {
      for (let i = 0; ; i += 1) {
        const wasTaken = isTaken;
        const result = await writer!.objects.commit(create(`race-${i}`, { fence: lease }));
        late.push(wasTaken && result.ok);
        if (!result.ok) {
          return result.reason;
        }
      }
    })();
    const taken = await thief!.due.claim('kubelet/9', 'new', 60_000, 0);
    isTaken = true;
    expect(taken?.lease.holder).toBe('new');
    expect(await writing).toBe('fenced');
    expect(late).not.toContain(true);
  });
});
