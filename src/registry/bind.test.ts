import { describe, expect, it } from 'vitest';
import { failure, pod, type RegistryFixture, read, registryFixture } from '../../test/support/registry-fixture.ts';

const bound = async ({ registry }: RegistryFixture, name: string, spec = {}) => {
  await registry.create('pods', 'default', pod(name, spec));
  await registry.bind('default', name, { target: { name: 'n1' } });
};

describe('bind', () => {
  it('gives a pod to a node once', async () => {
    const { registry } = await registryFixture();
    await registry.create('pods', 'default', pod('a'));
    await registry.bind('default', 'a', { metadata: { name: 'a' }, target: { kind: 'Node', name: 'n1' } });
    const stored = await registry.get('pods', 'default', 'a');
    expect(stored.fields['spec.nodeName']).toBe('n1');
    expect(read(stored)).toMatchObject({
      spec: { nodeName: 'n1' },
      status: {
        phase: 'Pending',
        conditions: [
          {
            ...{ type: 'PodScheduled', status: 'True', observedGeneration: 1 },
            lastTransitionTime: '2026-01-02T03:04:05Z',
          },
        ],
      },
    });
    expect(await failure(registry.bind('default', 'a', { target: { name: 'n2' } }))).toMatchObject({
      code: 409,
      message: 'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "n1"',
    });
  });

  it.each<[string, unknown, number]>([
    ['no target', {}, 422],
    ['an empty node name', { target: { name: '' } }, 422],
    ['another kind of target', { target: { kind: 'Pod', name: 'n1' } }, 422],
    ['another pod', { metadata: { name: 'b' }, target: { name: 'n1' } }, 400],
    ['another uid', { metadata: { uid: 'x' }, target: { name: 'n1' } }, 409],
    ['text', 'n1', 400],
  ])('refuses a binding with %s', async (_, binding, code) => {
    const { registry } = await registryFixture();
    const { object } = await registry.create('pods', 'default', pod('a'));
    expect(await failure(registry.bind('default', 'a', binding))).toMatchObject({ code });
    expect((await registry.get('pods', 'default', 'a')).revision).toBe(object.revision);
  });

  it('answers 404 for a missing pod', async () => {
    const { registry } = await registryFixture();
    expect(await failure(registry.bind('default', 'no', { target: { name: 'n1' } }))).toMatchObject({ code: 404 });
  });

  it('binds many, each with its own outcome', async () => {
    const fixture = await registryFixture();
    const { registry } = fixture;
    await registry.createAll('pods', [pod('a'), pod('stale'), pod('ending')]);
    const [a, stale] = await Promise.all(['a', 'stale'].map((name) => registry.get('pods', 'default', name)));
    await registry.patch('pods', 'default', 'stale', 'merge', { metadata: { labels: { a: 'b' } } });
    const metadata = { finalizers: ['example.com/a'] };
    await registry.patch('pods', 'default', 'ending', 'merge', { metadata });
    await registry.delete('pods', 'default', 'ending');
    await bound(fixture, 'bound');
    const others = await Promise.all(['ending', 'bound'].map((name) => registry.get('pods', 'default', name)));
    const all = [a, stale, ...others].filter((one) => one !== undefined);
    const results = await registry.bindAll(all.map((one) => ({ pod: one, nodeName: 'n9' })));
    expect(results[0]).toMatchObject({ name: 'a', fields: { 'spec.nodeName': 'n9' } });
    expect(results[1]).toMatchObject({ reason: 'Conflict' });
    expect((results[2] as Error).message).toContain('pod ending is being deleted, cannot be assigned to a host');
    expect((results[3] as Error).message).toContain('already assigned to node "n1"');
  });
});
