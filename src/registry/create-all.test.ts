import { describe, expect, it } from 'vitest';
import { configMap, registryFixture } from '../../test/support/registry-fixture.ts';

describe('createAll', () => {
  it('gives each its own outcome, in order, and leaves the given objects alone', async () => {
    const { registry, store } = await registryFixture();
    await registry.create('configmaps', 'default', configMap('taken'));
    const given = [
      configMap('a'),
      configMap('taken'),
      { ...configMap(''), metadata: { generateName: 'g-', namespace: 'default' } },
      configMap('BAD'),
      { ...configMap('lost'), metadata: { name: 'lost', namespace: 'nowhere' } },
    ];
    const copy = structuredClone(given);
    const [a, taken, generated, bad, lost] = await registry.createAll('configmaps', given);
    expect(a).toMatchObject({ created: true, object: { name: 'a' } });
    expect(taken).toMatchObject({ reason: 'AlreadyExists' });
    expect(generated).toMatchObject({ object: { name: expect.stringMatching(/^g-.{5}$/) } });
    expect(bad).toMatchObject({ reason: 'Invalid' });
    expect(lost).toMatchObject({ reason: 'NotFound' });
    expect(given).toEqual(copy);
    expect(await store.get('configmaps', 'default', 'a')).toBeDefined();
  });

  it('makes a thousand', async () => {
    const { registry } = await registryFixture();
    const made = await registry.createAll(
      'configmaps',
      Array.from({ length: 1_000 }, () => ({
        ...configMap(''),
        metadata: { generateName: 'n-', namespace: 'default' },
      })),
    );
    expect(made.filter((one) => one instanceof Error)).toEqual([]);
    expect((await registry.list('configmaps', { namespace: 'default' })).items).toHaveLength(1_000);
  });
});
