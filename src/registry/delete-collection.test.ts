import { describe, expect, it } from 'vitest';
import { configMap, registryFixture } from '../../test/support/registry-fixture.ts';

describe('deleteCollection', () => {
  it('deletes what the selection names, page after page', async () => {
    const { registry } = await registryFixture();
    const many = Array.from({ length: 1_200 }, (_, i) => configMap(`c-${i}`, {}, { even: String(i % 2 === 0) }));
    await registry.createAll('configmaps', many);
    const labels = [{ key: 'even', operator: 'In', values: ['true'] }] as const;
    const { items } = await registry.deleteCollection('configmaps', { namespace: 'default', labels });
    expect(items).toHaveLength(600);
    const left = await registry.list('configmaps', { namespace: 'default' });
    expect(left.items).toHaveLength(600);
    expect(left.items.every((item) => item.labels['even'] === 'false')).toBe(true);
  });

  it('passes over what others removed, and reads again what they changed', async () => {
    const { registry, store } = await registryFixture();
    await registry.createAll(
      'configmaps',
      ['a', 'b', 'c'].map((name) => configMap(name)),
    );
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await registry.delete('configmaps', 'default', 'b');
      await registry.update('configmaps', 'default', 'c', configMap('c', { changed: 'meanwhile' }));
    };
    const { items } = await registry.deleteCollection('configmaps', { namespace: 'default' });
    expect(items.map(({ name }) => name).sort()).toEqual(['a', 'c']);
    expect((await registry.list('configmaps', { namespace: 'default' })).items).toEqual([]);
  });
});
