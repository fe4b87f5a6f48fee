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

  it('owns all, which is stored as little as can be', async () => {
    const { registry, get } = await created();
    expect(entriesOf(read(await registry.get(MAPS, 'default', 'a')))[0]).not.toHaveProperty('fieldsV1');
    expect(fieldsBy(await get(MAPS, 'a'), 'maker')).toEqual({ 'f:data': { '.': {}, 'f:x': {} } });
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
