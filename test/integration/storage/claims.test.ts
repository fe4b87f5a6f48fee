import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Storage } from '../../../src/storage/storage.ts';
import { storageFixture } from './storage-fixture.ts';
import { create, remove, update } from './writes.ts';

const fixture = storageFixture();
const resource = 'services';
const service = (name: string, ...claims: string[]) => create(name, { resource, claims });
const read = async ({ objects }: Storage, name: string) => {
  const stored = await objects.get(resource, 'default', name);
  expect(stored?.name).toBe(name);
  return stored!;
};
const held = async ({ objects }: Storage, ...claims: string[]) =>
  [...(await objects.claimedByOthers(resource, claims, { namespace: '', name: '' }))].sort();

it('gives a claim to one of many, within a batch and between processes', async () => {
  const storages = await Promise.all([fixture.open(), fixture.open(), fixture.open()]);
  const attempts = storages.flatMap(({ objects }, process) =>
    Array.from({ length: 20 }, (_, at) => objects.commit(service(`rival-${process}-${at}`, 'ip:1', `port:${at}`))),
  );
  const results = await Promise.all(attempts);
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  const reasons = new Set(results.flatMap((result) => (result.ok ? [] : [result.reason])));
  expect([...reasons]).toEqual(['claimed']);
  // Who was refused claims nothing.
  expect(await held(storages[1]!, 'ip:1', ...Array.from({ length: 20 }, (_, at) => `port:${at}`))).toHaveLength(2);
});

it('holds it until the object gives it up or is gone; its own do not hinder it', async () => {
  const storage = await fixture.open();
  const { objects } = storage;
  await objects.commit(service('a', 'x', 'y'));
  await objects.commit(service('b', 'z'));
  expect(await objects.commit(update(await read(storage, 'b'), { claims: ['z', 'y'] }))).toEqual({
    ...{ ok: false, reason: 'claimed' },
  });
  expect(await objects.commit(update(await read(storage, 'a'), { claims: ['x'] }))).toMatchObject({ ok: true });
  expect(await objects.commit(update(await read(storage, 'b'), { claims: ['z', 'y'] }))).toMatchObject({ ok: true });
  const own = { namespace: 'default', name: 'b' };
  expect([...(await objects.claimedByOthers(resource, ['x', 'y', 'z'], own))]).toEqual(['x']);
  expect(await objects.commit(remove(await read(storage, 'b'), { claims: [] }))).toMatchObject({ ok: true });
  expect(await held(storage, 'x', 'y', 'z')).toEqual(['x']);
  // Another resource's claims are its own.
  expect(await objects.commit(create('a', { resource: 'others', claims: ['x'] }))).toMatchObject({ ok: true });
});

it('writes none of those that stand or fall together', async () => {
  const storage = await fixture.open();
  const results = await storage.objects.commitTogether([service('t1', 'both'), service('t2', 'both')], false);
  expect(results).toMatchObject([{ ok: true }, { ok: false, reason: 'claimed' }]);
  expect(await held(storage, 'both')).toEqual([]);
});

it('knows what services had before there were claims; of two that share one, the first keeps it', async () => {
  const storage = await fixture.open();
  const spec = (ip: string, nodePort: number) => ({ clusterIPs: [ip], ports: [{ port: 80 }, { port: 81, nodePort }] });
  const old = (name: string, body: object) => create(name, { resource, body: JSON.stringify({ spec: body }) });
  await storage.objects.commit(old('old-1', { ...spec('10.96.9.9', 30_900), healthCheckNodePort: 30_901 }));
  await storage.objects.commit(old('old-2', spec('10.96.9.9', 30_902)));
  await storage.objects.commit(old('old-3', { clusterIPs: ['None'] }));
  await storage.objects.commit(old('old-4', { type: 'ExternalName' }));
  const [backfill = ''] = (await readFile('migrations/0007_claims.sql', 'utf8'))
    .split('--> statement-breakpoint')
    .filter((statement) => statement.includes('ORDER BY o.revision'));
  await fixture.sql(backfill);
  const rows = await fixture.sql<{ claim: string; name: string }>(
    `SELECT claim, name FROM claims WHERE name LIKE 'old-%' ORDER BY claim`,
  );
  expect(rows).toEqual([
    { claim: 'ip:10.96.9.9', name: 'old-1' },
    { claim: 'port:30900', name: 'old-1' },
    { claim: 'port:30901', name: 'old-1' },
    { claim: 'port:30902', name: 'old-2' },
  ]);
});
