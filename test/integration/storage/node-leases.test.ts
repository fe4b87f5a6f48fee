import { describe, expect, it } from 'vitest';
import { LEASES } from '../../../src/storage/lease-overlay.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { decodeObject, type StoredObject } from '../../../src/storage/stored-object.ts';
import type { KubeObject } from '../../../src/values/object.ts';
import { until } from '../../support/until.ts';
import { record, storageFixture } from './storage-fixture.ts';
import { create, remove, update } from './writes.ts';

const fixture = storageFixture();
const OLD = '2020-01-01T00:00:00.000000Z';

const body = (name: string, renewTime: string) =>
  JSON.stringify({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease', annotations: { renewTime: 'mine', spec: '{"renewTime":"x"}' } },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  });
const at = { resource: LEASES, namespace: 'kube-node-lease' };
const lease = (name: string, renewTime = OLD) => create(name, { ...at, body: body(name, renewTime) });
const read = async ({ objects }: Storage, name: string): Promise<StoredObject> =>
  (await objects.get(LEASES, 'kube-node-lease', name))!;
const renewTimeOf = (object: StoredObject): string =>
  (decodeObject(object) as KubeObject & { spec: { renewTime: string } }).spec.renewTime;

async function nodes(storage: Storage, shard: string, names: string[]): Promise<void> {
  await storage.objects.commitAll(names.map((name) => lease(name)));
  await storage.nodeLeases.adopt(shard, names);
}

describe('node leases', () => {
  it('renews a shard in one revision and one entry, and shows it in every read', async () => {
    const storage = await fixture.open();
    await nodes(storage, 'kubelet/0', ['a1', 'a2', 'a3']);
    await nodes(storage, 'kubelet/1', ['b1']);
    const before = await storage.objects.currentRevision();
    expect(await storage.nodeLeases.renewShard('kubelet/0', 60_000)).toBe(0);
    expect(await storage.nodeLeases.renewShard('kubelet/0', 0)).toBe(3);
    const revision = await storage.objects.currentRevision();
    expect(revision).toBe(before + 1);
    const log = await fixture.sql('SELECT type, name FROM change_log WHERE revision = $1', [revision]);
    expect(log).toEqual([{ type: 'RENEWED', name: 'kubelet/0' }]);

    const got = await read(storage, 'a1');
    const { items } = await storage.objects.list({ ...at, limit: 1 });
    const many = await storage.objects.getMany(LEASES, [{ namespace: 'kube-node-lease', name: 'a1' }]);
    const refs = await storage.objects.listRefs({ ...at, name: 'a1' });
    expect([items[0], many[0]]).toEqual([got, got]);
    expect([got.revision, refs.items[0]!.revision]).toEqual([revision, revision]);
    expect(renewTimeOf(got)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(Math.abs(Date.parse(renewTimeOf(got)) - Date.now())).toBeLessThan(60_000);
    expect(JSON.parse(got.body)).toMatchObject({
      metadata: { annotations: { renewTime: 'mine', spec: '{"renewTime":"x"}' } },
      spec: { holderIdentity: 'a1', leaseDurationSeconds: 40 },
    });
    expect(renewTimeOf(await read(storage, 'b1'))).toBe(OLD);
    expect(await storage.nodeLeases.shards()).toEqual(['kubelet/0', 'kubelet/1']);
  });

  it('expands a renewal for who watches leases, in every process, and for who comes later', async () => {
    const storages = await Promise.all([fixture.open(), fixture.open()]);
    const [one] = storages;
    await nodes(one!, 'kubelet/2', ['w1', 'w2']);
    const from = await one!.objects.currentRevision();
    const live = storages.map(({ feed }) => record(feed, from, [LEASES]));
    const pods = record(one!.feed, from, ['pods']);
    await one!.nodeLeases.renewShard('kubelet/2', 0);
    const revision = await one!.objects.currentRevision();
    const recordings = [...live, record((await fixture.open()).feed, from)];
    await until(() => recordings.every(({ changes }) => changes.length === 2));
    for (const { changes, stop } of recordings) {
      expect(changes.map(({ type, object }) => [type, object.name, object.revision])).toEqual([
        ['MODIFIED', 'w1', revision],
        ['MODIFIED', 'w2', revision],
      ]);
      expect(changes.map(({ object }) => object)).toEqual([await read(one!, 'w1'), await read(one!, 'w2')]);
      await stop();
    }
    await until(() => pods.revisions.at(-1) === revision);
    expect(pods.changes).toEqual([]);
    await pods.stop();
  });

  it('compares a foreign write with the renewed version: the read one wins, an older one conflicts', async () => {
    const storage = await fixture.open();
    await nodes(storage, 'kubelet/3', ['f1']);
    const created = await read(storage, 'f1');
    await storage.nodeLeases.renewShard('kubelet/3', 0);
    expect(await storage.objects.commit(update(created))).toEqual({ ok: false, reason: 'conflict' });
    const renewed = await read(storage, 'f1');
    const written = await storage.objects.commit(update(renewed, { body: body('f1', '2021-01-01T00:00:00.000000Z') }));
    expect(written).toMatchObject({ ok: true });
    const after = await read(storage, 'f1');
    expect(renewTimeOf(after)).toBe('2021-01-01T00:00:00.000000Z');
    expect(after.revision).toBeGreaterThan(renewed.revision);
    await storage.nodeLeases.renewShard('kubelet/3', 0);
    expect((await read(storage, 'f1')).revision).toBeGreaterThan(after.revision);
    expect(await storage.objects.commit(remove(after))).toEqual({ ok: false, reason: 'conflict' });
    expect(await storage.objects.commit(remove(await read(storage, 'f1')))).toMatchObject({ ok: true });
    expect(await storage.nodeLeases.ages(['f1'])).toEqual(new Map());
  });

  it('lets no compare-and-set slip between renewals, with both at work', async () => {
    const [renewer, writer] = await Promise.all([fixture.open(), fixture.open()]);
    await nodes(renewer!, 'kubelet/4', ['g1', 'g2', 'g3']);
    const from = await renewer!.objects.currentRevision();
    const recording = record(writer!.feed, from, [LEASES]);
    let isDone = false;
    const renewing = (async () => {
      while (!isDone) {
        await renewer!.nodeLeases.renewShard('kubelet/4', 0);
      }
    })();
    let n = 0;
    while (n < 30) {
      const before = await read(writer!, 'g2');
      const { n: count = '0' } = before.labels;
      const result = await writer!.objects.commit(update(before, { labels: { n: String(Number(count) + 1) } }));
      n += result.ok ? 1 : 0;
    }
    isDone = true;
    await renewing;
    expect((await read(writer!, 'g2')).labels).toEqual({ n: '30' });
    const last = await renewer!.objects.currentRevision();
    await until(() => recording.revisions.at(-1) === last);
    const seen = recording.changes.filter(({ object }) => object.name === 'g2');
    const revisions = seen.map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    // No state is older than one that was shown before it, and the last is the present one.
    const counts = seen.map(({ object }) => Number(object.labels['n'] ?? 0));
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(seen.at(-1)!.object).toEqual(await read(writer!, 'g2'));
    await recording.stop();
  });

  it('counts a foreign renewal at the database clock; writing back what was read is none', async () => {
    const storage = await fixture.open();
    await storage.objects.commit(lease('foreign'));
    await fixture.sql("UPDATE node_leases SET renew_time = now() - interval '1 minute' WHERE node_name = 'foreign'");
    const age = async () => (await storage.nodeLeases.ages(['foreign'])).get('foreign')!;
    await storage.objects.commit(update(await read(storage, 'foreign'), { labels: { touched: '1' } }));
    expect(await age()).toBeGreaterThan(50_000);
    expect(await storage.nodeLeases.olderThan(50_000)).toEqual([{ nodeName: 'foreign', ageMs: expect.any(Number) }]);
    await storage.objects.commit(
      update(await read(storage, 'foreign'), { body: body('foreign', '1999-01-01T00:00:00.000000Z') }),
    );
    expect(await age()).toBeLessThan(50_000);
  });

  it('does not renew the suspended', async () => {
    const storage = await fixture.open();
    await nodes(storage, 'kubelet/5', ['s1', 's2']);
    await storage.nodeLeases.setSuspended(['s1'], true);
    expect(await storage.nodeLeases.renewShard('kubelet/5', 0)).toBe(1);
    await storage.nodeLeases.setSuspended(['s1'], false);
    expect(await storage.nodeLeases.renewShard('kubelet/5', 0)).toBe(2);
  });

  it('renews once when several workers do the same job', async () => {
    const storages = await Promise.all([fixture.open(), fixture.open(), fixture.open()]);
    await nodes(storages[0]!, 'kubelet/6', ['m1', 'm2']);
    await fixture.sql("UPDATE node_leases SET renew_time = now() - interval '1 minute' WHERE shard = 'kubelet/6'");
    const before = await storages[0]!.objects.currentRevision();
    const renewed = await Promise.all(storages.map(({ nodeLeases }) => nodeLeases.renewShard('kubelet/6', 30_000)));
    expect(renewed.sort()).toEqual([0, 0, 2]);
    expect(await storages[0]!.objects.currentRevision()).toBe(before + 1);
  });

  it('shows leases to people with SQL', async () => {
    const storage = await fixture.open();
    await nodes(storage, 'kubelet/7', ['v1']);
    await storage.nodeLeases.renewShard('kubelet/7', 0);
    const [row] = await fixture.sql("SELECT * FROM fleet_leases WHERE name = 'v1'");
    expect(row).toMatchObject({ holder: 'v1', duration_seconds: 40, shard: 'kubelet/7', suspended: false });
    expect(Math.abs((row!['renew_time'] as Date).getTime() - Date.now())).toBeLessThan(60_000);
  });
});
