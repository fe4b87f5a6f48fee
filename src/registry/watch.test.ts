import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configMap, failure, pod, read, registryFixture } from '../../test/support/registry-fixture.ts';
import type { Registry, Selection, WatchBatch, WatchOptions } from './registry.ts';

/** Reads batches until `revision` was reached. */
async function collect(
  registry: Registry,
  id: string,
  options: Omit<WatchOptions, 'signal'>,
  revision: number,
): Promise<WatchBatch[]> {
  const controller = new AbortController();
  const batches: WatchBatch[] = [];
  for await (const batch of registry.watch(id, { ...options, signal: controller.signal })) {
    batches.push(batch);
    if (batch.revision >= revision) {
      controller.abort();
    }
  }
  return batches;
}
const events = (batches: readonly WatchBatch[]) =>
  batches.flatMap((batch) => batch.events.map(({ type, object }) => [type, object.name] as const));

describe('watch', () => {
  it('shows an object entering and leaving a selection', async () => {
    const { registry, store } = await registryFixture();
    const from = await registry.currentRevision();
    await registry.create('configmaps', 'default', configMap('a', {}, { app: 'no' }));
    await registry.update('configmaps', 'default', 'a', configMap('a', {}, { app: 'web' }));
    await registry.update('configmaps', 'default', 'a', configMap('a', { k: 'v' }, { app: 'web' }));
    await registry.update('configmaps', 'default', 'a', configMap('a', { k: 'w' }, { app: 'no' }));
    await registry.update('configmaps', 'default', 'a', configMap('a', { k: 'x' }, { app: 'web' }));
    await registry.delete('configmaps', 'default', 'a');
    const labels = [{ key: 'app', operator: 'In', values: ['web'] }] as const;
    const batches = await collect(registry, 'configmaps', { from, labels }, store.revision);
    expect(events(batches)).toEqual([
      ['ADDED', 'a'],
      ['MODIFIED', 'a'],
      ['DELETED', 'a'],
      ['ADDED', 'a'],
      ['DELETED', 'a'],
    ]);
    const left = batches.flatMap((batch) => batch.events)[2];
    expect(left && read(left.object)).toMatchObject({ metadata: { labels: { app: 'no' } }, data: { k: 'w' } });
  });

  it('tells of an object that goes with the very update that also takes it out of the selection', async () => {
    const { registry, store } = await registryFixture();
    const sent = configMap('a', {}, { app: 'web' });
    await registry.create('configmaps', 'default', {
      ...sent,
      metadata: { ...sent.metadata, finalizers: ['example.com/a'] },
    });
    await registry.delete('configmaps', 'default', 'a');
    const from = await registry.currentRevision();
    const patch = { metadata: { finalizers: null, labels: { app: 'no' } } };
    await registry.patch('configmaps', 'default', 'a', 'merge', patch);
    const labels = [{ key: 'app', operator: 'In', values: ['web'] }] as const;
    expect(events(await collect(registry, 'configmaps', { from, labels }, store.revision))).toEqual([['DELETED', 'a']]);
  });

  it('follows field selectors and passes progress on', async () => {
    const { registry, store } = await registryFixture();
    const from = await registry.currentRevision();
    await registry.createAll('pods', [pod('a'), pod('b')]);
    await registry.bind('default', 'a', { target: { name: 'n1' } });
    await registry.create('configmaps', 'default', configMap('noise'));
    const fields = [{ path: 'spec.nodeName', operator: '=', value: 'n1' }] as const;
    const batches = await collect(registry, 'pods', { from, fields }, store.revision);
    expect(events(batches)).toEqual([['ADDED', 'a']]);
    expect(batches.at(-1)?.revision).toBe(store.revision);
    const byName = [{ path: 'metadata.name', operator: '!=', value: 'a' }] as const;
    expect(events(await collect(registry, 'pods', { from, fields: byName }, store.revision))).toEqual([['ADDED', 'b']]);
    expect(events(await collect(registry, 'pods', { from, namespace: 'other' }, store.revision))).toEqual([]);
  });

  it('refuses a field that the kind does not have, before anything is read', async () => {
    const { registry } = await registryFixture();
    const fields = [{ path: 'spec.hostname', operator: '=', value: 'x' }] as const;
    const signal = new AbortController().signal;
    expect(() => registry.watch('pods', { from: 0, fields, signal })).toThrow(
      'field label not supported: spec.hostname',
    );
  });

  it('answers 410 for a compacted revision', async () => {
    const { registry, store } = await registryFixture();
    await registry.create('configmaps', 'default', configMap('a'));
    store.compact(store.revision);
    expect(await failure(collect(registry, 'configmaps', { from: 1 }, store.revision))).toMatchObject({ code: 410 });
  });
});

type Step = { readonly op: 'put' | 'delete' | 'list'; readonly name: string; readonly app: string; readonly n: number };
const step: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom('put', 'put', 'put', 'delete'),
  name: fc.constantFrom('a', 'b', 'c'),
  app: fc.constantFrom('web', 'db', ''),
  n: fc.nat(2),
});
const selection: fc.Arbitrary<Selection> = fc.constantFrom<Selection>(
  {},
  { namespace: 'default' },
  { name: 'a' },
  { labels: [{ key: 'app', operator: 'In', values: ['web'] }] },
  { labels: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
  { labels: [{ key: 'app', operator: 'Exists', values: [] }], name: 'b' },
  { fields: [{ path: 'metadata.name', operator: '!=', value: 'c' }] },
);

describe('list and watch', () => {
  it('agree: the events since a list turn it into the final list, for any history and selection', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(30), selection, async (steps, cut, selected) => {
        const { registry, store } = await registryFixture();
        const apply = async ({ op, name, app, n }: Step): Promise<void> => {
          if (op === 'delete') {
            await registry.delete('configmaps', 'default', name).catch(() => undefined);
            return;
          }
          const sent = configMap(name, { n: String(n) }, app === '' ? {} : { app });
          const exists = (await registry.find('configmaps', 'default', name)) !== undefined;
          await (exists
            ? registry.update('configmaps', 'default', name, sent)
            : registry.create('configmaps', 'default', sent));
        };
        for (const one of steps.slice(0, cut)) {
          await apply(one);
        }
        const first = await registry.list('configmaps', selected);
        for (const one of steps.slice(cut)) {
          await apply(one);
        }
        const view = new Map(first.items.map((item) => [item.name, item]));
        const options = { ...selected, from: first.revision };
        // The feed has nothing to say when nothing happened since the list.
        const batches =
          store.revision === first.revision ? [] : await collect(registry, 'configmaps', options, store.revision);
        for (const { type, object } of batches.flatMap((batch) => batch.events)) {
          expect(view.has(object.name)).toBe(type !== 'ADDED');
          if (type === 'DELETED') {
            view.delete(object.name);
          } else {
            view.set(object.name, object);
          }
        }
        const last = await registry.list('configmaps', selected);
        expect([...view.values()].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(last.items);
      }),
      { numRuns: 150 },
    );
  });
});
