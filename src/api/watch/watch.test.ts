import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import {
  describeEvent,
  overHttp,
  overSocket,
  type WatchEvent,
  type WatchedApi,
} from '../../../test/support/opened-watch.ts';
import { configMap } from '../../../test/support/registry-fixture.ts';

let api: ApiFixture;
let clock: ManualClock;
let watched: WatchedApi;
beforeEach(async () => {
  clock = new ManualClock();
  api = await apiFixture({ clock });
  watched = { api, server: await api.listen() };
});
afterEach(() => api.close());

const put = (name: string, data: Record<string, string> = {}, labels = {}) =>
  api.registry.create('configmaps', 'default', configMap(name, data, labels));
const change = (name: string, body: object) => api.registry.patch('configmaps', 'default', name, 'merge', body);

describe.each([
  ['HTTP', overHttp],
  ['a WebSocket', overSocket],
])('a watch over %s', (_, opener) => {
  const open = (query: string) => opener(watched, query);

  it('shows what exists, then what happens', async () => {
    await put('a');
    const watch = await open('');
    expect(await watch.take(1)).toEqual(['ADDED a']);
    await put('b');
    await change('a', { data: { x: '1' } });
    await api.registry.delete('configmaps', 'default', 'b');
    expect(await watch.take(3)).toEqual(['ADDED b', 'MODIFIED a', 'DELETED b']);
    watch.close();
  });

  it('continues after a resourceVersion', async () => {
    await put('a');
    const { object } = await put('b');
    await put('c');
    const watch = await open(`resourceVersion=${object.revision}`);
    const event = await watch.next();
    expect(event).toMatchObject({ type: 'ADDED', object: { kind: 'ConfigMap', metadata: { name: 'c' } } });
    expect(Number(event?.object.metadata.resourceVersion)).toBeGreaterThan(object.revision);
    watch.close();
  });

  it('sees objects enter and leave its selector', async () => {
    const watch = await open('labelSelector=app%3Dx');
    await put('a', {}, { app: 'y' });
    await change('a', { metadata: { labels: { app: 'x' } } });
    await change('a', { data: { k: 'v' } });
    await change('a', { metadata: { labels: { app: 'z' } } });
    expect(await watch.take(3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
    watch.close();
  });

  it('watches one object', async () => {
    await put('a');
    await put('b');
    const watch = await open('fieldSelector=metadata.name%3Db');
    await change('a', { data: { k: 'v' } });
    await change('b', { data: { k: 'v' } });
    expect(await watch.take(2)).toEqual(['ADDED b', 'MODIFIED b']);
    watch.close();
  });

  it('answers an old version with an ERROR event and ends', async () => {
    await put('a');
    api.store.compact(api.store.revision);
    const watch = await open('resourceVersion=1');
    expect(await watch.next()).toMatchObject({
      type: 'ERROR',
      object: {
        kind: 'Status',
        code: 410,
        reason: 'Expired',
        message: expect.stringContaining('too old resource version'),
      },
    });
    expect(await watch.take(1)).toEqual(['end']);
  });

  it('ends in time, with a last bookmark', async () => {
    await put('a');
    const watch = await open('timeoutSeconds=7&allowWatchBookmarks=true');
    expect(await watch.take(1)).toEqual(['ADDED a']);
    await clock.advance(7_000);
    const bookmark = await watch.next();
    expect(bookmark?.type).toBe('BOOKMARK');
    expect(bookmark?.object.metadata).toEqual({ resourceVersion: String(api.store.revision) });
    expect(await watch.take(1)).toEqual(['end']);
  });

  it('lasts as long as it was asked to, beyond an hour', async () => {
    const watch = await open('timeoutSeconds=86400');
    await clock.advance(86_399_000);
    await put('late');
    expect(await watch.take(1)).toEqual(['ADDED late']);
    await clock.advance(1_000);
    expect(await watch.take(1)).toEqual(['end']);
  });

  it('marks how far it is, and where the initial events end', async () => {
    await put('a');
    const watch = await open(
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=0',
    );
    expect(await watch.take(1)).toEqual(['ADDED a']);
    const end = await watch.next();
    expect(end).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
    await clock.advance(60_000);
    const later = await watch.next();
    expect(later).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1' } });
    expect(later?.object.metadata.annotations).toBeUndefined();
    watch.close();
  });

  it('reads long collections in pages without a gap', async () => {
    const names = Array.from({ length: 1_200 }, (__, i) => `m${String(i).padStart(4, '0')}`);
    for (const name of names) {
      await put(name);
    }
    const watch = await open('');
    await put('zz');
    expect(await watch.take(1_201)).toEqual([...names, 'zz'].map((name) => `ADDED ${name}`));
    watch.close();
  });

  it.each(['', '&resourceVersion=0'])('begins now, without what exists, when asked to%s', async (version) => {
    await put('old');
    const watch = await open(`sendInitialEvents=false&resourceVersionMatch=NotOlderThan${version}`);
    await put('new');
    expect(describeEvent((await watch.next()) as WatchEvent)).toBe('ADDED new');
    watch.close();
  });

  it('ends with the server', async () => {
    const watch = await open('');
    api.stop.abort();
    expect(await watch.take(1)).toEqual(['end']);
  });

  it.each([
    ['resourceVersion=abc', 400],
    ['fieldSelector=spec.nothing%3Dx', 400],
    ['labelSelector=%3D', 400],
    ['timeoutSeconds=soon', 400],
    ['sendInitialEvents=true', 422],
    ['sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=99999', 504],
    ['resourceVersionMatch=NotOlderThan', 422],
    ['resourceVersion=99999999999999999999', 400],
  ])('refuses %s before it begins', async (query, code) => {
    const watch = await open(query);
    expect(watch.code).toBe(code);
    watch.close();
  });
});
