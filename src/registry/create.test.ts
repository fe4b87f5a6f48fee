import { describe, expect, it } from 'vitest';
import { configMap, deployment, failure, pod, read, registryFixture } from '../../test/support/registry-fixture.ts';

describe('create', () => {
  it('sets what belongs to the server and ignores what the client sent for it', async () => {
    const { registry } = await registryFixture();
    const sent = deployment('web');
    const metadata = {
      ...sent.metadata,
      uid: 'mine',
      generation: 7,
      creationTimestamp: '2001-01-01T00:00:00Z',
      deletionTimestamp: '2001-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 5,
    };
    const { object, created } = await registry.create('deployments.apps', 'default', { ...sent, metadata });
    const stored = read(object);
    expect(created).toBe(true);
    expect(stored.metadata).toMatchObject({
      name: 'web',
      namespace: 'default',
      generation: 1,
      creationTimestamp: '2026-01-02T03:04:05Z',
      resourceVersion: String(object.revision),
    });
    expect(stored.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(stored.metadata).not.toHaveProperty('deletionTimestamp');
    expect(stored.metadata).not.toHaveProperty('deletionGracePeriodSeconds');
    expect(object.body).not.toContain('resourceVersion');
  });

  it('takes apiVersion, kind and namespace from the request where the body has none', async () => {
    const { registry } = await registryFixture();
    const { object } = await registry.create('configmaps', 'default', { metadata: { name: 'a' } });
    expect(read(object)).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default' } });
  });

  it('keeps no generation for kinds that have none', async () => {
    const { registry } = await registryFixture();
    const { object } = await registry.create('configmaps', 'default', configMap('a'));
    expect(read(object).metadata).not.toHaveProperty('generation');
  });

  it.each<[string, unknown, object]>([
    [
      'another API version',
      { ...configMap('a'), apiVersion: 'v2' },
      { code: 400, message: /does not match the expected API version \(v1\)/ },
    ],
    [
      'another kind',
      { ...configMap('a'), kind: 'Secret' },
      { code: 400, message: /^Secret in version "v1" cannot be handled as a ConfigMap: / },
    ],
    [
      'another namespace',
      { ...configMap('a'), metadata: { name: 'a', namespace: 'other' } },
      { code: 400, message: /^the namespace of the provided object does not match the namespace sent on the request$/ },
    ],
    [
      'a resourceVersion',
      { ...configMap('a'), metadata: { name: 'a', resourceVersion: '3' } },
      { code: 400, message: /^resourceVersion should not be set on objects to be created$/ },
    ],
    ['no name', { ...configMap('a'), metadata: {} }, { code: 422, message: /name or generateName is required/ }],
    [
      'a bad name',
      { ...configMap('a'), metadata: { name: 'A_b' } },
      { code: 422, message: /metadata\.name: Invalid value/ },
    ],
    ['an array', [], { code: 400 }],
    ['null', null, { code: 400 }],
    ['a string', 'x', { code: 400 }],
    ['metadata of another type', { metadata: 'x' }, { code: 400 }],
  ])('refuses %s and writes nothing', async (_, body, { code, message = /./ }: { code?: number; message?: RegExp }) => {
    const { registry, store } = await registryFixture();
    const writes = store.writes.length;
    const got = await failure(registry.create('configmaps', 'default', body));
    expect(got.code).toBe(code);
    expect(got.message).toMatch(message);
    expect(store.writes).toHaveLength(writes);
  });

  it('answers 409 for a taken name, also in a dry run', async () => {
    const { registry } = await registryFixture();
    await registry.create('configmaps', 'default', configMap('a'));
    const expected = { code: 409, reason: 'AlreadyExists', message: 'configmaps "a" already exists' };
    expect(await failure(registry.create('configmaps', 'default', configMap('a')))).toEqual(expected);
    expect(await failure(registry.create('configmaps', 'default', configMap('a'), { dryRun: true }))).toEqual(expected);
  });

  it('says that the holder of a taken name is being deleted', async () => {
    const { registry } = await registryFixture();
    const held = { metadata: { name: 'a', finalizers: ['example.com/hold'] } };
    await registry.create('configmaps', 'default', held);
    await registry.delete('configmaps', 'default', 'a');
    const message = 'object is being deleted: configmaps "a" already exists';
    for (const options of [{}, { dryRun: true }]) {
      const refused = await failure(registry.create('configmaps', 'default', configMap('a'), options));
      expect(refused).toEqual({ code: 409, reason: 'AlreadyExists', message });
    }
  });

  it('writes nothing in a dry run, and answers with an object that has no version', async () => {
    const { registry, store } = await registryFixture();
    const { object } = await registry.create('configmaps', 'default', configMap('a'), { dryRun: true });
    expect(read(object).metadata).not.toHaveProperty('resourceVersion');
    expect(await store.get('configmaps', 'default', 'a')).toBeUndefined();
  });

  it('tells of unknown fields as fieldValidation asks', async () => {
    const { registry } = await registryFixture();
    const odd = (name: string) => ({ ...configMap(name), bogus: 1 });
    const warned = await registry.create('configmaps', 'default', odd('a'));
    expect(warned.warnings).toEqual(['unknown field "bogus"']);
    expect(read(warned.object)).not.toHaveProperty('bogus');
    const ignored = await registry.create('configmaps', 'default', odd('b'), { fieldValidation: 'Ignore' });
    expect(ignored.warnings).toEqual([]);
    expect(await failure(registry.create('configmaps', 'default', odd('c'), { fieldValidation: 'Strict' }))).toEqual({
      code: 400,
      reason: 'BadRequest',
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "bogus"',
    });
  });

  it('draws generated names again on a clash, and gives up after eight', async () => {
    const { registry, store } = await registryFixture();
    let clashes = 0;
    store.beforeCommit = async (write) => {
      if (write.op === 'create' && write.uid !== 'rival' && clashes < 3) {
        clashes += 1;
        store.beforeCommit = undefined;
        await store.commit({ ...write, uid: 'rival' });
      }
    };
    const body = { metadata: { generateName: 'job-' } };
    const { object } = await registry.create('configmaps', 'default', body);
    expect(object.name).toMatch(/^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect((await registry.list('configmaps', { namespace: 'default' })).items).toHaveLength(2);

    const taking = async (write: Parameters<NonNullable<typeof store.beforeCommit>>[0]): Promise<void> => {
      store.beforeCommit = undefined;
      await store.commit({ ...write, uid: 'rival' });
      store.beforeCommit = taking;
    };
    store.beforeCommit = taking;
    const refused = await failure(registry.create('configmaps', 'default', body));
    expect(refused).toMatchObject({ code: 409, reason: 'AlreadyExists' });
    expect(refused.message).toMatch(/already exists, the server was not able to generate a unique name/);
    expect((await registry.list('configmaps', { namespace: 'default' })).items).toHaveLength(2 + 8);
  });

  it('cuts a long base so that the generated name fits', async () => {
    const { registry } = await registryFixture();
    const { object } = await registry.create('configmaps', 'default', { metadata: { generateName: 'a'.repeat(100) } });
    expect(object.name).toMatch(/^a{58}.{5}$/);
  });

  it('refuses an unknown kind', async () => {
    const { registry } = await registryFixture();
    expect(await failure(registry.create('unicorns', 'default', {}))).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
    });
  });
});

describe('admission', () => {
  it('refuses objects in a namespace that does not exist', async () => {
    const { registry } = await registryFixture();
    expect(await failure(registry.create('configmaps', 'nowhere', { metadata: { name: 'a' } }))).toEqual({
      code: 404,
      reason: 'NotFound',
      message: 'namespaces "nowhere" not found',
    });
  });

  it('sees a namespace as soon as this process made it', async () => {
    const { registry } = await registryFixture();
    await failure(registry.create('configmaps', 'late', { metadata: { name: 'a' } }));
    await registry.create('namespaces', '', { metadata: { name: 'late' } });
    await registry.create('configmaps', 'late', { metadata: { name: 'a' } });
  });

  it('refuses objects in a namespace that is ending', async () => {
    const { registry } = await registryFixture();
    await registry.create('configmaps', 'other', { metadata: { name: 'before' } });
    await registry.delete('namespaces', '', 'other');
    const refused = registry.create('configmaps', 'other', { metadata: { name: 'a' } });
    await expect(refused).rejects.toMatchObject({
      code: 403,
      message:
        'configmaps "a" is forbidden: unable to create new content in namespace other because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    });
  });

  it('gives pods the default tolerations, once, and leaves what they say themselves', async () => {
    const { registry } = await registryFixture();
    const plain = read((await registry.create('pods', 'default', pod('a'))).object);
    const toleration = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
    expect(plain.spec?.['tolerations']).toEqual([
      { key: 'node.kubernetes.io/not-ready', ...toleration },
      { key: 'node.kubernetes.io/unreachable', ...toleration },
    ]);
    const own = {
      key: 'node.kubernetes.io/unreachable',
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 5,
    };
    const given = read((await registry.create('pods', 'default', pod('b', { tolerations: [own] }))).object);
    expect(given.spec?.['tolerations']).toEqual([own, { key: 'node.kubernetes.io/not-ready', ...toleration }]);
    const all = [{ operator: 'Exists' }];
    const tolerant = read((await registry.create('pods', 'default', pod('c', { tolerations: all }))).object);
    expect(tolerant.spec?.['tolerations']).toEqual(all);
  });

  it('gives them the seconds of each failure that are set', async () => {
    const { registry } = await registryFixture({ tolerationSeconds: { notReady: 7, unreachable: 0 } });
    const plain = read((await registry.create('pods', 'default', pod('a'))).object);
    expect(plain.spec?.['tolerations']).toMatchObject([
      { key: 'node.kubernetes.io/not-ready', tolerationSeconds: 7 },
      { key: 'node.kubernetes.io/unreachable', tolerationSeconds: 0 },
    ]);
  });
});
