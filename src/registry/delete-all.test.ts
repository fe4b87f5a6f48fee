import { describe, expect, it } from 'vitest';
import { configMap, read, registryFixture } from '../../test/support/registry-fixture.ts';
import type { StoredObject } from './registry.ts';

describe('deleteAll', () => {
  it('deletes exactly what was read, and answers each on its own', async () => {
    const { registry, store } = await registryFixture();
    const names = ['plain', 'gone', 'changed', 'replaced', 'held'];
    await registry.createAll(
      'configmaps',
      names.map((name) => configMap(name)),
    );
    await registry.modify('configmaps', 'default', 'held', ({ metadata }) => {
      metadata.finalizers = ['example.com/hold'];
      return true;
    });
    const objects = (await Promise.all(
      names.map((name) => registry.find('configmaps', 'default', name)),
    )) as StoredObject[];
    await registry.delete('configmaps', 'default', 'gone');
    await registry.delete('configmaps', 'default', 'replaced');
    const replacement = await registry.create('configmaps', 'default', configMap('replaced'));
    await registry.update('configmaps', 'default', 'changed', configMap('changed', { k: 'v' }));

    const [plain, gone, changed, replaced, held] = await registry.deleteAll('configmaps', objects);

    expect((plain as StoredObject).revision).toBeGreaterThan(objects[0]?.revision ?? 0);
    expect([gone, replaced]).toEqual([undefined, undefined]);
    expect(read(changed as StoredObject)).toMatchObject({ data: { k: 'v' } });
    expect(read(held as StoredObject).metadata.deletionTimestamp).toBeDefined();
    const left = await registry.list('configmaps', { namespace: 'default' });
    expect(left.items.map(({ name, uid }) => [name, uid])).toEqual([
      ['held', objects[4]?.uid],
      ['replaced', replacement.object.uid],
    ]);
    expect(await store.get('configmaps', 'default', 'plain')).toBeUndefined();
  });

  it('refuses one and deletes the others', async () => {
    const { registry } = await registryFixture();
    await registry.create('namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine' } });
    const mine = (await registry.find('namespaces', '', 'mine')) as StoredObject;
    const kept = (await registry.find('namespaces', '', 'default')) as StoredObject;
    const [refusal, deleted] = await registry.deleteAll('namespaces', [kept, mine]);
    expect(refusal).toMatchObject({ code: 403, reason: 'Forbidden' });
    expect(read(deleted as StoredObject)).toMatchObject({ status: { phase: 'Terminating' } });
  });
});
