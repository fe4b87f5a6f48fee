import { describe, expect, it } from 'vitest';
import { entriesOf, fieldsBy, map, ownershipFixture as setUp } from '../../../test/support/ownership-fixture.ts';
import { deployment, failure, pod, read } from '../../../test/support/registry-fixture.ts';

const DEPLOYMENTS = 'deployments.apps';
const MAPS = 'configmaps';

describe('other writers', () => {
  it('own what they change, and no more', async () => {
    const { registry, apply, get } = await setUp();
    await apply(MAPS, map({ x: '1', y: '1' }), 'me');
    await registry.patch(MAPS, 'default', 'a', 'merge', { data: { x: '2', z: '1' } }, { fieldManager: 'editor' });
    const object = await get(MAPS, 'a');
    expect(fieldsBy(object, 'me')).toEqual({ 'f:data': { 'f:y': {} } });
    expect(fieldsBy(object, 'editor')).toEqual({ 'f:data': { 'f:x': {}, 'f:z': {} } });
    await registry.patch(MAPS, 'default', 'a', 'merge', { data: { y: null } }, { fieldManager: 'editor' });
    expect(fieldsBy(await get(MAPS, 'a'), 'me')).toBeUndefined();
  });

  it('own the status apart', async () => {
    const { registry, apply, get } = await setUp();
    await apply(DEPLOYMENTS, deployment('web'), 'me');
    const status = { status: { replicas: 1, conditions: [{ type: 'Available', status: 'True' }] } };
    await registry.patch(DEPLOYMENTS, 'default', 'web', 'merge', status, {
      fieldManager: 'ctl',
      subresource: 'status',
    });
    expect(entriesOf(await get(DEPLOYMENTS, 'web'))).toContainEqual(
      expect.objectContaining({
        ...{ manager: 'ctl', subresource: 'status' },
        fieldsV1: {
          'f:status': {
            'f:conditions': { '.': {}, 'k:{"type":"Available"}': { '.': {}, 'f:status': {}, 'f:type': {} } },
            'f:replicas': {},
          },
        },
      }),
    );
    const { spec: _, ...config } = { ...deployment('web'), status: { replicas: 2 } };
    expect((await failure(apply(DEPLOYMENTS, config, 'me', { subresource: 'status' }))).message).toBe(
      'Apply failed with 1 conflict: conflict with "ctl" with subresource "status" using apps/v1: .status.replicas',
    );
  });

  it('are told apart up to ten', async () => {
    const { registry, apply, get, time } = await setUp();
    await apply(MAPS, map({ x: '1' }), 'me');
    for (let i = 0; i < 13; i += 1) {
      time.ms += 1_000;
      await registry.patch(MAPS, 'default', 'a', 'merge', { data: { [`k${i}`]: '1' } }, { fieldManager: `editor${i}` });
    }
    const object = await get(MAPS, 'a');
    expect(entriesOf(object)).toHaveLength(11);
    expect(fieldsBy(object, 'ancient-changes')).toEqual({
      'f:data': { 'f:k0': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {} },
    });
  });
});

describe('the creator', () => {
  const created = async () => {
    const fixture = await setUp();
    await fixture.registry.create(MAPS, 'default', map({ x: '1' }), { fieldManager: 'maker' });
    return fixture;
  };

  it('owns all, which of kinds with short ownership is told and not stored', async () => {
    const { registry, get } = await setUp();
    await registry.create('pods', 'default', pod('a'), { fieldManager: 'maker' });
    expect(entriesOf(read(await registry.get('pods', 'default', 'a')))[0]).not.toHaveProperty('fieldsV1');
    expect(fieldsBy(await get('pods', 'a'), 'maker')?.['f:spec']).toMatchObject({
      'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {}, 'f:name': {} } },
    });
  });

  it('goes on to own all that it changes itself', async () => {
    const { registry, get, time } = await created();
    time.ms += 1_000;
    await registry.patch(MAPS, 'default', 'a', 'merge', { data: { y: '1' } }, { fieldManager: 'maker' });
    const object = await get(MAPS, 'a');
    expect(fieldsBy(object, 'maker')).toEqual({ 'f:data': { '.': {}, 'f:x': {}, 'f:y': {} } });
    expect(entriesOf(object)[0]?.time).toBe('2026-01-02T03:04:06Z');
  });

  it('loses what another changes', async () => {
    const { registry, get } = await created();
    await registry.patch(MAPS, 'default', 'a', 'merge', { data: { x: '2' } }, { fieldManager: 'editor' });
    const object = await get(MAPS, 'a');
    expect(fieldsBy(object, 'maker')).toEqual({ 'f:data': {} });
    expect(fieldsBy(object, 'editor')).toEqual({ 'f:data': { 'f:x': {} } });
  });

  it('does not own where a pod was bound to', async () => {
    const { registry, get } = await setUp();
    await registry.create('pods', 'default', pod('a'), { fieldManager: 'maker' });
    await registry.bind('default', 'a', { metadata: { name: 'a' }, target: { kind: 'Node', name: 'n1' } });
    const object = await get('pods', 'a');
    expect(object.spec?.['nodeName']).toBe('n1');
    expect(fieldsBy(object, 'maker')?.['f:spec']).not.toHaveProperty('f:nodeName');
  });
});

describe('what a controller made for an owner', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true };
  const made = async (of: object = owner) => {
    const fixture = await setUp();
    const metadata = { name: 'a', generateName: 'a-', labels: { app: 'web' }, ownerReferences: [of] };
    const { object } = await fixture.registry.create('pods', 'default', { ...pod('a'), metadata });
    const label = (labels: object, fieldManager = 'kubectl-label') =>
      fixture.registry.patch('pods', 'default', 'a', 'merge', { metadata: { labels } }, { fieldManager });
    return { ...fixture, uid: object.uid, label };
  };

  it('is told as its own, and not stored', async () => {
    const { registry, get } = await made();
    const stored = read(await registry.get('pods', 'default', 'a'));
    expect(stored.metadata).not.toHaveProperty('managedFields');
    const object = await get('pods', 'a');
    expect(entriesOf(object)).toEqual([
      {
        ...{ manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' },
        ...{ time: stored.metadata.creationTimestamp, fieldsV1: expect.anything() },
      },
    ]);
    const { metadata: _, ...rest } = object;
    expect(rest).toEqual({ ...stored, metadata: undefined });
    expect(fieldsBy(object, 'kube-controller-manager')?.['f:metadata']).toEqual({
      'f:generateName': {},
      'f:labels': { '.': {}, 'f:app': {} },
      'f:ownerReferences': { '.': {}, 'k:{"uid":"u"}': {} },
    });
  });

  it.each([
    ['Node', 'v1', 'kubelet'],
    ['NodePool', 'fleet.flotilla.dev/v1alpha1', 'flotilla'],
  ])('of a %s is made by another', async (kind, apiVersion, manager) => {
    const { get } = await made({ ...owner, kind, apiVersion });
    expect(entriesOf(await get('pods', 'a')).map((entry) => entry.manager)).toEqual([manager]);
  });

  it('is its own but for what a client changes; a client that changes nothing writes nothing', async () => {
    const { registry, get, label } = await made();
    const { revision } = await registry.get('pods', 'default', 'a');
    await label({ app: 'web' });
    expect((await registry.get('pods', 'default', 'a')).revision).toBe(revision);
    await label({ mine: 'yes' });
    const object = await get('pods', 'a');
    expect(entriesOf(object).map((entry) => entry.manager)).toEqual(['kube-controller-manager', 'kubectl-label']);
    expect(fieldsBy(object, 'kubectl-label')).toEqual({ 'f:metadata': { 'f:labels': { 'f:mine': {} } } });
    expect(fieldsBy(object, 'kube-controller-manager')?.['f:metadata']).toMatchObject({
      'f:labels': { '.': {}, 'f:app': {} },
    });
  });

  it('stays so when a client sends back what it got, and when controllers change it', async () => {
    const { registry, get } = await made();
    await registry.update('pods', 'default', 'a', await get('pods', 'a'), { fieldManager: 'editor' });
    const fence = undefined as never;
    await registry.modify(
      'pods',
      'default',
      'a',
      ({ metadata }) => {
        metadata.labels = { ...metadata.labels, hash: '1' };
        return true;
      },
      { fence },
    );
    expect(read(await registry.get('pods', 'default', 'a')).metadata).not.toHaveProperty('managedFields');
    expect(fieldsBy(await get('pods', 'a'), 'kube-controller-manager')?.['f:metadata']).toMatchObject({
      'f:labels': { 'f:hash': {} },
    });
  });

  it('conflicts with an apply by its name', async () => {
    const { apply } = await made();
    const config = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', labels: { app: 'other' } } };
    expect((await failure(apply('pods', config, 'me'))).message).toBe(
      'Apply failed with 1 conflict: conflict with "kube-controller-manager" using v1: .metadata.labels.app',
    );
  });
});

describe('what controllers change of what others made', () => {
  it('is theirs', async () => {
    const { registry, get } = await setUp();
    await registry.create(DEPLOYMENTS, 'default', deployment('web'), { fieldManager: 'kubectl-create' });
    const note = (annotation: string, options: object) =>
      registry.patch(
        DEPLOYMENTS,
        'default',
        'web',
        'merge',
        { metadata: { annotations: { [annotation]: '1' } } },
        options,
      );
    await note('revision', { fence: { shard: 's', epoch: 1, holder: 'h' } });
    await note('bulk', {});
    const object = await get(DEPLOYMENTS, 'web');
    const noted = (annotation: string) => ({ 'f:metadata': { 'f:annotations': { [`f:${annotation}`]: {} } } });
    expect(fieldsBy(object, 'kube-controller-manager')).toMatchObject(noted('revision'));
    expect(fieldsBy(object, 'flotilla')).toMatchObject(noted('bulk'));
  });
});

describe('managedFields in a request', () => {
  it('are taken over, as kubectl does when it turns to server-side apply', async () => {
    const { registry, apply, get } = await setUp();
    await registry.create(MAPS, 'default', map({ x: '1' }), { fieldManager: 'kubectl-client-side-apply' });
    const entry = { ...entriesOf(await get(MAPS, 'a'))[0], manager: 'kubectl', operation: 'Apply' };
    await registry.patch(MAPS, 'default', 'a', 'json', [
      { op: 'replace', path: '/metadata/managedFields', value: [entry] },
    ]);
    const object = await apply(MAPS, map({ y: '1' }), 'kubectl');
    expect(object).toMatchObject({ data: { y: '1' } });
    expect(object).not.toHaveProperty('data.x');
    expect(entriesOf(object)).toHaveLength(1);
  });

  it('give all up by one empty entry, and are kept by none and by nonsense', async () => {
    const { registry, apply, get } = await setUp();
    await apply(MAPS, map({ x: '1' }), 'me');
    const patch = (managedFields: unknown) =>
      registry.patch(MAPS, 'default', 'a', 'merge', { metadata: { managedFields } }, { fieldManager: 'me' });
    for (const kept of [null, [], [{ manager: 'x', operation: 'Steal', fieldsV1: {} }]]) {
      await patch(kept);
      expect(fieldsBy(await get(MAPS, 'a'), 'me')).toEqual({ 'f:data': { 'f:x': {} } });
    }
    await patch([{}]);
    expect((await get(MAPS, 'a')).metadata).not.toHaveProperty('managedFields');
  });
});
