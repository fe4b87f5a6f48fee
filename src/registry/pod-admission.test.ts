/** What a pod that is created takes from its account and its runtime class, and what it may not say beside them. */
import { describe, expect, it } from 'vitest';
import { failure, pod, read, registryFixture } from '../../test/support/registry-fixture.ts';

const CLASSES = 'runtimeclasses.node.k8s.io';

describe('the service account', () => {
  it('must be there, by name', async () => {
    const { registry } = await registryFixture();
    const make = () => registry.create('pods', 'default', pod('a', { serviceAccountName: 'builder' }));
    expect(await failure(make())).toEqual({
      code: 403,
      reason: 'Forbidden',
      message:
        'pods "a" is forbidden: error looking up service account default/builder: serviceaccount "builder" not found',
    });
    const { name: _, ...metadata } = pod('a').metadata;
    const unnamed = { ...pod('a', { serviceAccountName: 'builder' }), metadata: { ...metadata, generateName: 'web-' } };
    const refused = expect.objectContaining({
      message: expect.stringMatching(/^pods "web-" is forbidden: error looking/),
    });
    expect(await failure(registry.create('pods', 'default', unnamed))).toEqual(refused);
    const [answer] = await registry.createAll('pods', [
      { ...unnamed, metadata: { ...unnamed.metadata, namespace: 'default' } },
    ]);
    expect(answer).toEqual(refused);
    await registry.create('serviceaccounts', 'default', { metadata: { name: 'builder' } });
    expect(read((await make()).object).spec?.['serviceAccountName']).toBe('builder');
  });

  it('gives its pull secrets to pods that name none', async () => {
    const { registry } = await registryFixture();
    const imagePullSecrets = [{ name: 'registry' }];
    await registry.create('serviceaccounts', 'default', { metadata: { name: 'default' }, imagePullSecrets });
    const secretsOf = async (name: string, spec: object) =>
      read((await registry.create('pods', 'default', pod(name, { ...spec }))).object).spec?.['imagePullSecrets'];
    expect(await secretsOf('a', {})).toEqual(imagePullSecrets);
    expect(await secretsOf('b', { imagePullSecrets: [{ name: 'own' }] })).toEqual([{ name: 'own' }]);
    await registry.update('serviceaccounts', 'default', 'default', { metadata: { name: 'default' } });
    expect(await secretsOf('c', {})).toBeUndefined();
  });

  it('named default is not waited for', async () => {
    const { registry } = await registryFixture();
    const { object } = await registry.create('pods', 'default', pod('a'));
    expect(read(object).spec?.['serviceAccountName']).toBe('default');
  });

  it('is read once a second, however many pods are made', async () => {
    const { registry, store, time } = await registryFixture();
    const asked: string[] = [];
    const { get } = store;
    store.get = (resource, namespace, name) => {
      asked.push(...(resource === 'serviceaccounts' ? [name] : []));
      return get.call(store, resource, namespace, name);
    };
    await registry.createAll('pods', [pod('a'), pod('b')]);
    await registry.create('pods', 'default', pod('c'));
    expect(asked).toEqual(['default']);
    time.ms += 1_000;
    await registry.create('pods', 'default', pod('d'));
    expect(asked).toHaveLength(2);
  });
});

describe('the runtime class', () => {
  const scheduling = {
    nodeSelector: { disk: 'ssd' },
    tolerations: [
      { key: 'gpu', operator: 'Exists' },
      { key: 'slow', operator: 'Equal', value: 'yes', effect: 'NoSchedule' },
    ],
  };
  const withClass = async () => {
    const fixture = await registryFixture();
    const overhead = { podFixed: { memory: '64Mi' } };
    await fixture.registry.create(CLASSES, '', { metadata: { name: 'vm' }, handler: 'vm', overhead, scheduling });
    const make = (spec: object) =>
      fixture.registry.create('pods', 'default', pod('a', { runtimeClassName: 'vm', ...spec }));
    return { ...fixture, make };
  };

  it('adds its overhead, node selector and tolerations', async () => {
    const { make } = await withClass();
    const tolerations = [{ key: 'gpu', operator: 'Equal', value: 'a', effect: 'NoSchedule' }];
    const { spec = {} } = read((await make({ nodeSelector: { zone: 'a' }, tolerations })).object);
    expect(spec).toMatchObject({ overhead: { memory: '64Mi' }, nodeSelector: { zone: 'a', disk: 'ssd' } });
    const keys = (spec['tolerations'] as { key: string }[]).map(({ key }) => key);
    // The pod's own is among those that the class tolerates.
    expect(keys.filter((key) => ['gpu', 'slow'].includes(key))).toEqual(['gpu', 'slow']);
    expect(spec['tolerations']).toContainEqual({ key: 'gpu', operator: 'Exists' });
  });

  it.each([
    ['a class that is not there', { runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found'],
    [
      'another overhead',
      { overhead: { memory: '1Mi' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      'another node',
      { nodeSelector: { disk: 'hdd' } },
      'conflict: runtimeClass.scheduling.nodeSelector[disk] = ssd; pod.spec.nodeSelector[disk] = hdd',
    ],
    [
      'an overhead and no class',
      { runtimeClassName: undefined, overhead: { memory: '1Mi' } },
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ],
  ])('refuses %s', async (_, spec, why) => {
    const { make } = await withClass();
    const refused = await failure(make(spec));
    expect(refused).toEqual({ code: 403, reason: 'Forbidden', message: `pods "a" is forbidden: ${why}` });
  });
});
