import { describe, expect, it } from 'vitest';
import { deployment, failure, read, registryFixture } from '../../test/support/registry-fixture.ts';

const DEPLOYMENTS = 'deployments.apps';

async function setUp() {
  const fixture = await registryFixture();
  const { object } = await fixture.registry.create(DEPLOYMENTS, 'default', deployment('web'));
  const merge = (patch: unknown, options = {}) =>
    fixture.registry.patch(DEPLOYMENTS, 'default', 'web', 'merge', patch, options);
  return { ...fixture, created: object, merge };
}

describe('patch', () => {
  it('applies the three forms', async () => {
    const { registry, merge } = await setUp();
    expect(read((await merge({ spec: { replicas: 3 } })).object).spec?.['replicas']).toBe(3);
    const operations = [
      { op: 'test', path: '/spec/replicas', value: 3 },
      { op: 'replace', path: '/spec/replicas', value: 4 },
    ];
    const json = await registry.patch(DEPLOYMENTS, 'default', 'web', 'json', operations);
    expect(read(json.object).spec?.['replicas']).toBe(4);
    const labels = { metadata: { labels: { tier: 'front' } } };
    const strategic = read((await registry.patch(DEPLOYMENTS, 'default', 'web', 'strategic', labels)).object);
    expect(strategic.metadata).toMatchObject({ labels: { tier: 'front' }, generation: 3 });
  });

  it('keeps status and spec apart', async () => {
    const { merge } = await setUp();
    const both = { spec: { replicas: 6 }, status: { replicas: 5 } };
    const main = read((await merge(both)).object);
    expect(main.spec?.['replicas']).toBe(6);
    expect(main.status ?? {}).not.toHaveProperty('replicas');
    const status = read((await merge({ ...both, spec: { replicas: 7 } }, { subresource: 'status' })).object);
    expect(status.spec?.['replicas']).toBe(6);
    expect(status.status).toMatchObject({ replicas: 5 });
  });

  it('writes nothing when it changes nothing', async () => {
    const { store, created, merge } = await setUp();
    const writes = store.writes.length;
    expect((await merge({ spec: { replicas: 2 } })).object.revision).toBe(created.revision);
    expect(store.writes).toHaveLength(writes);
  });

  it('is applied again after a lost race', async () => {
    const { registry, store, merge } = await setUp();
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await merge({ metadata: { labels: { rival: 'yes' } } });
    };
    const { object } = await registry.patch(DEPLOYMENTS, 'default', 'web', 'merge', {
      metadata: { annotations: { mine: 'yes' } },
    });
    expect(read(object).metadata).toMatchObject({ labels: { rival: 'yes' }, annotations: { mine: 'yes' } });
  });

  it('answers 409 at once when it names an old resourceVersion', async () => {
    const { store, created, merge } = await setUp();
    const conditional = { metadata: { resourceVersion: String(created.revision), labels: { a: 'b' } } };
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await merge({ spec: { replicas: 9 } });
    };
    expect(await failure(merge(conditional))).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(await failure(merge(conditional))).toMatchObject({ code: 409 });
  });

  it('gives up after five lost races', async () => {
    const { store, registry, merge } = await setUp();
    let losses = 0;
    const rival = async (): Promise<void> => {
      losses += 1;
      store.beforeCommit = undefined;
      await registry.updateScale(DEPLOYMENTS, 'default', 'web', { spec: { replicas: 10 + losses } });
      store.beforeCommit = rival;
    };
    store.beforeCommit = rival;
    expect(await failure(merge({ metadata: { labels: { a: 'b' } } }))).toMatchObject({ code: 409 });
    expect(losses).toBe(5);
  });

  it('answers 404 for a missing object', async () => {
    const { registry } = await setUp();
    expect(await failure(registry.patch(DEPLOYMENTS, 'default', 'no', 'merge', {}))).toMatchObject({
      code: 404,
      message: 'deployments.apps "no" not found',
    });
  });

  it.each<[string, unknown, number]>([
    ['renames', { metadata: { name: 'api' } }, 400],
    ['moves to another namespace', { metadata: { namespace: 'other' } }, 400],
    ['changes the kind', { kind: 'Pod' }, 422],
    ['changes the uid', { metadata: { uid: 'x' } }, 409],
    ['makes it invalid', { spec: { replicas: -1 } }, 422],
    ['breaks a type', { metadata: 'x' }, 422],
    ['is no object', [1], 400],
    ['is null', null, 400],
  ])('refuses a patch that %s', async (_, patch, code) => {
    const { registry, created, merge } = await setUp();
    expect(await failure(merge(patch))).toMatchObject({ code });
    expect((await registry.get(DEPLOYMENTS, 'default', 'web')).revision).toBe(created.revision);
  });

  it('keeps uid and creationTimestamp when it removes them', async () => {
    const { created, merge } = await setUp();
    const patch = { metadata: { uid: null, creationTimestamp: null, generation: null, labels: { a: 'b' } } };
    const after = read((await merge(patch)).object).metadata;
    expect(after).toMatchObject({ uid: created.uid, creationTimestamp: '2026-01-02T03:04:05Z', generation: 1 });
  });

  it('tells of unknown fields as fieldValidation asks', async () => {
    const { merge } = await setUp();
    expect((await merge({ bogus: 1, spec: { replicas: 3 } })).warnings).toEqual(['unknown field "bogus"']);
    const strict = await failure(merge({ bogus: 1 }, { fieldValidation: 'Strict' }));
    expect(strict).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(strict.message).toContain('strict decoding error: unknown field "bogus"');
  });
});

describe('scale', () => {
  it('reads and writes one number', async () => {
    const { registry, created } = await setUp();
    expect(await registry.getScale(DEPLOYMENTS, 'default', 'web')).toEqual({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: {
        name: 'web',
        namespace: 'default',
        uid: created.uid,
        resourceVersion: String(created.revision),
        creationTimestamp: '2026-01-02T03:04:05Z',
      },
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=web' },
    });
    const { scale } = await registry.updateScale(DEPLOYMENTS, 'default', 'web', { spec: { replicas: 5 } });
    expect(scale.spec).toEqual({ replicas: 5 });
    const stored = read(await registry.get(DEPLOYMENTS, 'default', 'web'));
    expect(stored.spec?.['replicas']).toBe(5);
    expect(stored.metadata.generation).toBe(2);
  });

  it('can be patched', async () => {
    const { registry } = await setUp();
    const options = { subresource: 'scale' } as const;
    const { object } = await registry.patch(DEPLOYMENTS, 'default', 'web', 'merge', { spec: { replicas: 7 } }, options);
    expect(read(object)).toMatchObject({ kind: 'Scale', spec: { replicas: 7 } });
    expect(read(await registry.get(DEPLOYMENTS, 'default', 'web')).spec?.['replicas']).toBe(7);
  });

  it.each<[string, unknown, number, RegExp]>([
    ['a negative number', { spec: { replicas: -1 } }, 422, /Scale\.autoscaling "web" is invalid: spec\.replicas: .*-1/],
    ['text', { spec: { replicas: '3' } }, 400, /cannot unmarshal string/],
    ['a fraction', { spec: { replicas: 1.5 } }, 400, /cannot unmarshal number 1\.5/],
    ['more than an int32', { spec: { replicas: 2 ** 31 } }, 400, /cannot unmarshal number/],
    ['an old version', { metadata: { resourceVersion: '1' }, spec: { replicas: 3 } }, 409, /has been modified/],
    ['another name', { metadata: { name: 'api' }, spec: { replicas: 3 } }, 400, /does not match the name on the URL/],
    ['another kind', { kind: 'Deployment', spec: { replicas: 3 } }, 400, /expected autoscaling\/v1, Kind=Scale/],
    ['an array', [], 400, /cannot unmarshal array/],
    ['a spec of another type', { spec: 3 }, 400, /cannot unmarshal number/],
  ])('refuses %s', async (_, scale, code, message) => {
    const { registry } = await setUp();
    const got = await failure(registry.updateScale(DEPLOYMENTS, 'default', 'web', scale));
    expect(got.code).toBe(code);
    expect(got.message).toMatch(message);
    expect((await registry.getScale(DEPLOYMENTS, 'default', 'web')).spec).toEqual({ replicas: 2 });
  });

  it('is not there for kinds without it', async () => {
    const { registry } = await setUp();
    expect(await failure(registry.getScale('pods', 'default', 'a'))).toMatchObject({ code: 404 });
  });
});
