/** What one read brings, in bytes of bodies, when objects are as large as they may be. */
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openPool } from '../../../src/storage/connection.ts';
import { ChangeLog } from '../../../src/storage/feed/change-log.ts';
import type { ListQuery } from '../../../src/storage/object-store.ts';
import { saveSnapshot } from '../../../src/storage/snapshot/save-snapshot.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';
import { record, storageFixture } from './storage-fixture.ts';
import { create } from './writes.ts';

const fixture = storageFixture();
const COUNT = 60;
const MIB = 1024 * 1024;
const LARGE = 'x'.repeat(MIB - 200);
const names = Array.from({ length: COUNT }, (_, i) => `large-${String(i).padStart(2, '0')}`);
const resource = 'configmaps';

let storage: Storage;
let first: number;
beforeAll(async () => {
  storage = await fixture.open();
  first = await storage.objects.currentRevision();
  for (const name of names) {
    const metadata = { name, namespace: 'default', uid: name };
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { large: LARGE } });
    await storage.objects.commit(create(name, { resource, uid: name, body }));
  }
});

const bytesOf = (items: readonly { readonly body: string }[]): number =>
  items.reduce((sum, { body }) => sum + body.length, 0);

async function pages(query: ListQuery, read: (query: ListQuery) => ReturnType<Storage['objects']['list']>) {
  const found: { names: string[]; bytes: number; remaining: number | undefined }[] = [];
  for (let after: ListQuery['after'] | null = null; after !== undefined; ) {
    const page = await read({ ...query, ...(after === null ? {} : { after }) });
    found.push({
      ...{ names: page.items.map(({ name }) => name), bytes: bytesOf(page.items), remaining: page.remaining },
    });
    after = page.next;
  }
  return found;
}

it('a page of a list holds 8 MiB and goes on after them, to an end that is one', async () => {
  const found = await pages({ resource, limit: 500 }, (query) => storage.objects.list(query));
  expect(Math.max(...found.map(({ bytes }) => bytes))).toBeLessThanOrEqual(9 * MIB);
  expect(found.flatMap((page) => page.names)).toEqual(names);
  expect(found.map(({ remaining }) => remaining)).toEqual([51, 42, 33, 24, 15, 6, undefined]);
});

it('a page that ends with the last row says so, and a smaller bound gives one object at least', async () => {
  const exact = await pages({ resource, limit: COUNT, maxBytes: bytesOf([{ body: LARGE }]) * COUNT }, (query) =>
    storage.objects.list(query),
  );
  expect(exact.map((page) => page.names.length)).toEqual([COUNT]);
  const single = await storage.objects.list({ resource, limit: 10, maxBytes: 1 });
  expect([single.items.map(({ name }) => name), single.next?.name]).toEqual([['large-00'], 'large-00']);
});

it('a page of a past list holds 8 MiB too', async () => {
  const revision = first + COUNT;
  const found = await pages({ resource, limit: 500 }, (query) => storage.objects.listAt(query, revision));
  expect(Math.max(...found.map(({ bytes }) => bytes))).toBeLessThanOrEqual(9 * MIB);
  expect(found.flatMap((page) => page.names)).toEqual(names);
});

it('a list without a limit comes in pieces, though it has few objects', async () => {
  const stop = new AbortController();
  const { items, rest = [] } = await storage.objects.listStream({ resource }, stop.signal);
  const batches = [items];
  for await (const batch of rest) {
    batches.push(batch);
  }
  expect(Math.max(...batches.map(bytesOf))).toBeLessThanOrEqual(2 * MIB);
  expect(batches.flat()).toHaveLength(COUNT);
});

it('a read of the change log ends where its bytes are used up, and says that there is more', async () => {
  const pool = openPool(fixture.url, { role: 'test', max: 1 }, silentLogger);
  onTestFinished(() => pool.end());
  const log = new ChangeLog(pool);
  const read = (after: number) => log.read(after, first + COUNT, { entries: 500, bytes: 4 * MIB }, undefined);
  const { entries, isCut } = await read(first);
  expect([entries.length, isCut]).toEqual([5, true]);
  expect(await read(first + COUNT - 1)).toMatchObject({ entries: [{ revision: first + COUNT }], isCut: false });
});

it('a watch from the past catches up in batches of about 1 MiB, and misses nothing', async () => {
  const late = await fixture.open();
  const batches: number[] = [];
  const stop = new AbortController();
  for await (const { changes, revision } of late.feed.changes({ from: first, signal: stop.signal })) {
    batches.push(bytesOf(changes.map(({ object }) => object)));
    if (revision === first + COUNT) {
      stop.abort();
    }
  }
  expect(Math.max(...batches)).toBeLessThanOrEqual(2 * MIB);
  expect(batches.length).toBeGreaterThanOrEqual(COUNT / 2);
});

it('another process follows a transaction that is larger than one of its reads', async () => {
  const late = await fixture.open();
  const recording = record(late.feed, first);
  onTestFinished(() => recording.stop());
  const more = names
    .slice(0, 20)
    .map((name) => create(`more-${name}`, { resource, body: `{"metadata":{},"x":"${LARGE}"}` }));
  await storage.objects.commitTogether(more, false);
  await until(() => recording.changes.length === COUNT + more.length);
  expect(recording.changes.map(({ revision }) => revision)).toEqual(recording.changes.map((_, i) => first + i + 1));
});

it('a snapshot is saved in pieces of a row', async () => {
  const sizes: number[] = [];
  for await (const text of saveSnapshot(fixture.url, { clock: systemClock, random: seededRandom(1) })) {
    sizes.push(text.length);
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * MIB);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(COUNT * LARGE.length);
});
