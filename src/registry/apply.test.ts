import { describe, expect, it } from 'vitest';
import { entriesOf, fieldsBy, map, ownershipFixture as setUp } from '../../test/support/ownership-fixture.ts';
import { configMap, deployment, failure, read } from '../../test/support/registry-fixture.ts';

const DEPLOYMENTS = 'deployments.apps';
const MAPS = 'configmaps';

describe('a first apply', () => {
  it('creates, and owns what it says', async () => {
    const { registry } = await setUp();
    const config = configMap('a', { x: '1' }, { tier: 'front' });
    const { object, created } = await registry.patch(MAPS, 'default', 'a', 'apply', config, { fieldManager: 'me' });
    expect(created).toBe(true);
    expect(read(object)).toMatchObject({ data: { x: '1' }, metadata: { labels: { tier: 'front' } } });
    expect(entriesOf(read(object))).toEqual([
      {
        ...{
          manager: 'me',
          operation: 'Apply',
          apiVersion: 'v1',
          time: '2026-01-02T03:04:05Z',
          fieldsType: 'FieldsV1',
        },
        fieldsV1: { 'f:data': { 'f:x': {} }, 'f:metadata': { 'f:labels': { 'f:tier': {} } } },
      },
    ]);
  });

  it('owns no defaults', async () => {
    const { apply } = await setUp();
    const object = await apply(DEPLOYMENTS, deployment('web'), 'me');
    expect(object.spec?.['revisionHistoryLimit']).toBe(10);
    expect(fieldsBy(object, 'me')?.['f:spec']).toEqual({
      'f:replicas': {},
      'f:selector': {},
      'f:template': {
        'f:metadata': { 'f:labels': { 'f:app': {} } },
        'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
      },
    });
  });

  it('over an object that nobody was noted of finds before-first-apply', async () => {
    const { registry, apply } = await setUp();
    await registry.create(MAPS, 'default', map({ x: '1', y: '2' }));
    await registry.patch(MAPS, 'default', 'a', 'merge', { metadata: { managedFields: [{}] } }, { fieldManager: 'me' });
    const error = await failure(apply(MAPS, map({ x: '9' }), 'me'));
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x');
    const object = await apply(MAPS, map({ x: '9' }), 'me', { force: true });
    expect(object).toMatchObject({ data: { x: '9', y: '2' } });
    expect(fieldsBy(object, 'before-first-apply')).toEqual({ 'f:data': { '.': {}, 'f:y': {} } });
  });

  it('of a dry run stores nothing', async () => {
    const { registry, apply } = await setUp();
    expect(fieldsBy(await apply(MAPS, map({ x: '1' }), 'me', { dryRun: true }), 'me')).toEqual({
      'f:data': { 'f:x': {} },
    });
    expect(await registry.find(MAPS, 'default', 'a')).toBeUndefined();
  });
});

describe('applying again', () => {
  it('changes nothing, and no version, when nothing changed', async () => {
    const { apply, time } = await setUp();
    const first = await apply(DEPLOYMENTS, deployment('web'), 'me');
    time.ms += 60_000;
    expect((await apply(DEPLOYMENTS, deployment('web'), 'me')).revision).toBe(first.revision);
    const changed = await apply(DEPLOYMENTS, deployment('web', { replicas: 3 }), 'me');
    expect(entriesOf(changed)[0]?.time).toBe('2026-01-02T03:05:05Z');
  });

  it('removes what is no longer applied and nobody else owns', async () => {
    const { apply } = await setUp();
    await apply(MAPS, map({ x: '1', y: '2', z: '3' }), 'me');
    await apply(MAPS, map({ y: '2' }), 'you');
    const object = await apply(MAPS, map({ x: '1' }), 'me');
    expect(object).toMatchObject({ data: { x: '1', y: '2' } });
    expect(object).not.toHaveProperty('data.z');
    expect(fieldsBy(object, 'you')).toEqual({ 'f:data': { 'f:y': {} } });
  });

  it('removes list items by their keys, with what was defaulted in them', async () => {
    const { apply } = await setUp();
    const containers = (...names: string[]) => ({
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: names.map((name) => ({ name, image: 'busybox:1', ports: [{ containerPort: 80 }] })) },
      },
    });
    await apply(DEPLOYMENTS, deployment('web', containers('a', 'b')), 'me');
    const object = await apply(DEPLOYMENTS, deployment('web', containers('b')), 'me');
    const template = object.spec?.['template'] as { spec: { containers: unknown[] } };
    expect(template.spec.containers).toMatchObject([{ name: 'b', imagePullPolicy: 'IfNotPresent' }]);
  });

  it('leaves a default where a field is given up', async () => {
    const { apply } = await setUp();
    await apply(DEPLOYMENTS, deployment('web', { revisionHistoryLimit: 3 }), 'me');
    const object = await apply(DEPLOYMENTS, deployment('web'), 'me');
    expect(object.spec?.['revisionHistoryLimit']).toBe(10);
  });

  it('gives replicas up to an autoscaler without a change', async () => {
    const { registry, apply } = await setUp();
    await apply(DEPLOYMENTS, deployment('web'), 'me');
    await registry.updateScale(DEPLOYMENTS, 'default', 'web', { spec: { replicas: 7 } }, { fieldManager: 'scaler' });
    const { replicas: _, ...spec } = deployment('web').spec;
    const object = await apply(DEPLOYMENTS, { ...deployment('web'), spec }, 'me');
    expect(object.spec?.['replicas']).toBe(7);
    expect(entriesOf(object)).toContainEqual(
      expect.objectContaining({
        ...{ manager: 'scaler', operation: 'Update', subresource: 'scale' },
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      }),
    );
  });

  it('owns references of a list by their names, each as one value', async () => {
    const { apply } = await setUp();
    const account = (...names: string[]) => ({
      ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } },
      secrets: names.map((name) => ({ name })),
    });
    await apply('serviceaccounts', account('mine', 'ours'), 'me');
    const object = await apply('serviceaccounts', account('ours', 'theirs'), 'they');
    expect(fieldsBy(object, 'they')).toEqual({
      'f:secrets': { 'k:{"name":"ours"}': {}, 'k:{"name":"theirs"}': {} },
    });
    expect(await apply('serviceaccounts', account(), 'me')).toMatchObject({
      secrets: [{ name: 'ours' }, { name: 'theirs' }],
    });
  });

  it('owns values of a set one by one', async () => {
    const { apply } = await setUp();
    await apply(MAPS, map({}, { finalizers: ['x.io/a'] }), 'me');
    await apply(MAPS, map({}, { finalizers: ['x.io/b'] }), 'you');
    const object = await apply(MAPS, map({}, { finalizers: ['x.io/c'] }), 'me');
    expect([...(object.metadata.finalizers ?? [])].sort()).toEqual(['x.io/b', 'x.io/c']);
  });
});

describe('races', () => {
  it('of two first applies end in both', async () => {
    const { store, apply, get } = await setUp();
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await apply(MAPS, map({ y: '1' }), 'you');
    };
    await apply(MAPS, map({ x: '1' }), 'me');
    expect(await get(MAPS, 'a')).toMatchObject({ data: { x: '1', y: '1' } });
  });
});

describe('through scale', () => {
  it('applies replicas', async () => {
    const { registry, get } = await setUp();
    await registry.create(DEPLOYMENTS, 'default', deployment('web'));
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 6 } };
    const options = { fieldManager: 'scaler', force: true, subresource: 'scale' } as const;
    const { object } = await registry.patch(DEPLOYMENTS, 'default', 'web', 'apply', scale, options);
    expect(read(object)).toMatchObject({ kind: 'Scale', spec: { replicas: 6 } });
    const stored = await get(DEPLOYMENTS, 'web');
    expect(stored.spec?.['replicas']).toBe(6);
    expect(fieldsBy(stored, 'scaler')).toEqual({ 'f:spec': { 'f:replicas': {} } });
  });
});
