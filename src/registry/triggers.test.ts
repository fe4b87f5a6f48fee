import { describe, expect, it } from 'vitest';
import { failure, pod, registryFixture } from '../../test/support/registry-fixture.ts';

describe('triggers', () => {
  const trigger = (seen: unknown[]) => ({
    resource: 'pods',
    dueOn: ({ before, after }: { before?: { metadata: object }; after?: { metadata: object } }) => {
      seen.push([before !== undefined, after !== undefined]);
      return [{ shard: 'kubelet/1', key: 'x' }];
    },
  });

  it('make work due in the same write and ring each shard once', async () => {
    const seen: unknown[] = [];
    const { registry, store, rings } = await registryFixture({ triggers: [trigger(seen)] });
    await registry.create('pods', 'default', pod('a'));
    expect(store.writes.at(-1)?.due).toEqual([{ shard: 'kubelet/1', key: 'x' }]);
    expect(rings).toEqual(['kubelet/1']);
    await registry.createAll('pods', [pod('b'), pod('c'), pod('d')]);
    expect(rings).toHaveLength(2);
    await registry.updateStatus('pods', 'default', 'a', { ...pod('a'), status: { phase: 'Running' } });
    await registry.delete('pods', 'default', 'a');
    expect(rings).toHaveLength(4);
    expect(seen).toEqual([
      [false, true],
      [false, true],
      [false, true],
      [false, true],
      [true, true],
      [true, false],
    ]);
  });

  it('ring a shard for what is due first', async () => {
    const later = [300, 100, 200].map((afterMs) => ({ shard: 'controller/x', key: `in ${afterMs}`, afterMs }));
    const mixed = [{ shard: 'kubelet/1', key: 'now' }, { shard: 'kubelet/1', key: 'later', afterMs: 100 }, ...later];
    const { registry, rings } = await registryFixture({ triggers: [{ resource: 'pods', dueOn: () => mixed }] });
    await registry.create('pods', 'default', pod('a'));
    expect(rings).toEqual(['kubelet/1', 'controller/x in 100 ms']);
  });

  it('ring nothing when nothing was written', async () => {
    const { registry, rings } = await registryFixture({ triggers: [trigger([])] });
    await registry.create('pods', 'default', pod('dry'), { dryRun: true });
    await registry.create('pods', 'default', pod('a'));
    rings.length = 0;
    await failure(registry.create('pods', 'default', pod('a')));
    await registry.modify('pods', 'default', 'a', () => true);
    expect(rings).toEqual([]);
  });
});
