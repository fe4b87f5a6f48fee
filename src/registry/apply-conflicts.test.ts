import { describe, expect, it } from 'vitest';
import { fieldsBy, map, ownershipFixture as setUp } from '../../test/support/ownership-fixture.ts';
import { deployment, failure, pod } from '../../test/support/registry-fixture.ts';

const DEPLOYMENTS = 'deployments.apps';
const MAPS = 'configmaps';

describe('conflicts', () => {
  it('name every owner and field, and change nothing', async () => {
    const { registry, apply, get } = await setUp();
    await registry.create(DEPLOYMENTS, 'default', deployment('web'), { fieldManager: 'kubectl-create' });
    await apply(DEPLOYMENTS, { ...deployment('web'), spec: { ...deployment('web').spec, paused: true } }, 'pauser');
    const before = await get(DEPLOYMENTS, 'web');
    const wanted = deployment('web', { replicas: 5, paused: false });
    const error = await registry
      .patch(DEPLOYMENTS, 'default', 'web', 'apply', wanted, { fieldManager: 'me' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Apply failed with 3 conflicts: conflicts with "kubectl-create" using apps/v1:\n- .spec.replicas\n' +
        'conflicts with "pauser":\n- .spec.paused\n- .spec.replicas',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-create" using apps/v1',
            field: '.spec.replicas',
          },
          { reason: 'FieldManagerConflict', message: 'conflict with "pauser"', field: '.spec.paused' },
          { reason: 'FieldManagerConflict', message: 'conflict with "pauser"', field: '.spec.replicas' },
        ],
      },
    });
    expect(await get(DEPLOYMENTS, 'web')).toEqual(before);
  });

  it('are taken over by force', async () => {
    const { apply } = await setUp();
    await apply(MAPS, map({ x: '1', y: '1' }), 'you');
    const object = await apply(MAPS, map({ x: '2' }), 'me', { force: true });
    expect(object).toMatchObject({ data: { x: '2', y: '1' } });
    expect(fieldsBy(object, 'you')).toEqual({ 'f:data': { 'f:y': {} } });
    expect((await failure(apply(MAPS, map({ x: '3', y: '1' }), 'you'))).message).toContain(
      'conflict with "me": .data.x',
    );
  });

  it('do not come of equal values: both own them', async () => {
    const { apply } = await setUp();
    await apply(MAPS, map({ x: '1' }), 'you');
    const object = await apply(MAPS, map({ x: '1' }), 'me');
    expect(fieldsBy(object, 'you')).toEqual(fieldsBy(object, 'me'));
  });

  it('come of an amount only when it is another amount', async () => {
    const { apply } = await setUp();
    const withCpu = (cpu: string) =>
      pod('a', { containers: [{ name: 'm', image: 'b', resources: { requests: { cpu } } }] });
    await apply('pods', withCpu('1'), 'you');
    expect(fieldsBy(await apply('pods', withCpu('1000m'), 'me'), 'me')).toBeDefined();
  });

  it('are none with an updater that set the same field through kubectl apply', async () => {
    const { registry, apply, get } = await setUp();
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const applied = map({ x: '1' });
    const annotations = { [annotation]: JSON.stringify(applied) };
    await registry.create(MAPS, 'default', map({ x: '1', y: '1' }, { annotations }), {
      fieldManager: 'kubectl-client-side-apply',
    });
    expect((await failure(apply(MAPS, map({ x: '2' }), 'other'))).code).toBe(409);
    expect((await failure(apply(MAPS, map({ x: '2', y: '2' }), 'kubectl'))).message).toContain(': .data.y');
    const object = await apply(MAPS, map({ x: '2' }), 'kubectl');
    expect(object).toMatchObject({ data: { x: '2', y: '1' } });
    // What was sent, and nothing that the server or others added.
    expect((await get(MAPS, 'a')).metadata.annotations?.[annotation]).toBe(
      '{"apiVersion":"v1","data":{"x":"2"},"kind":"ConfigMap","metadata":{"name":"a","namespace":"default"}}\n',
    );
  });
});

describe('an apply is refused', () => {
  it.each<[string, object, number, string]>([
    ['with managedFields', map({}, { managedFields: [] }), 400, 'metadata.managedFields must be nil'],
    [
      ...(['of another version', { ...map({}), apiVersion: 'v2' }, 400] as const),
      'Incorrect version specified in apply patch. Specified patch version: v2, expected: v1',
    ],
    ['of another kind', { ...map({}), kind: 'Pod' }, 400, 'invalid object type: v1, Kind=Pod'],
    [
      ...(['with an unknown field', { ...map({}), bogus: 1 }, 400] as const),
      'failed to create typed patch object (default/a; v1, Kind=ConfigMap): .bogus: field not declared in schema',
    ],
    [
      'with a wrong type',
      { ...map({}), data: 3 },
      400,
      'failed to create typed patch object (default/a; v1, Kind=Conf',
    ],
    [
      'with a foreign uid',
      map({}, { uid: 'x' }),
      409,
      'uid mismatch: the provided object specified uid x, and no exist',
    ],
    ['with another name', map({}, { name: 'b' }), 400, 'the name of the object (b) does not match the name on the URL'],
    ['that is no object', [], 400, 'cannot unmarshal array'],
  ])('%s', async (_, config, code, message) => {
    const { registry } = await setUp();
    const error = await failure(registry.patch(MAPS, 'default', 'a', 'apply', config, { fieldManager: 'me' }));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(message);
    expect(await registry.find(MAPS, 'default', 'a')).toBeUndefined();
  });

  it('with an old resourceVersion, and when it makes the object invalid', async () => {
    const { apply } = await setUp();
    await apply(DEPLOYMENTS, deployment('web'), 'me');
    const old = { ...deployment('web'), metadata: { name: 'web', resourceVersion: '1' } };
    expect(await failure(apply(DEPLOYMENTS, old, 'me'))).toMatchObject({ code: 409 });
    expect(await failure(apply(DEPLOYMENTS, deployment('web', { replicas: -1 }), 'me'))).toMatchObject({ code: 422 });
  });

  it('through a subresource, of what is not there', async () => {
    const { apply } = await setUp();
    const error = await failure(apply(DEPLOYMENTS, deployment('web'), 'me', { subresource: 'status' }));
    expect(error.code).toBe(404);
  });
});
