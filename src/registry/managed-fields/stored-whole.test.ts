/** Of kinds without `shortOwnership`, entries are stored with their fields. */
import { describe, expect, it } from 'vitest';
import { entriesOf, fieldsBy, map, ownershipFixture as setUp } from '../../../test/support/ownership-fixture.ts';
import { DEPLOYMENTS, deployment, type Loose, read } from '../../../test/support/registry-fixture.ts';
import { encodeBody, type StoredObject } from '../../storage/stored-object.ts';
import type { Json } from '../../values/object.ts';

const MAPS = 'configmaps';
const FENCE = { shard: 's', epoch: 1, holder: 'h' };
const MAP_FIELDS = { 'f:data': { '.': {}, 'f:x': {} } };
type Fixture = Awaited<ReturnType<typeof setUp>>;

const stored = async ({ registry }: Fixture, id: string, name: string): Promise<Loose> =>
  read(await registry.get(id, 'default', name));
const revisionOf = async ({ registry }: Fixture, id: string, name: string): Promise<number> =>
  (await registry.get(id, 'default', name)).revision;
const modifyStatus = ({ registry }: Fixture, status: object): Promise<unknown> =>
  registry.modify<Loose>(
    DEPLOYMENTS,
    'default',
    'web',
    (object) => {
      object.status = { ...status };
      return true;
    },
    { subresource: 'status', fence: FENCE },
  );
const reportReplicas = (fixture: Fixture, replicas: number): Promise<unknown> =>
  modifyStatus(fixture, { replicas, conditions: [{ type: 'Available', status: 'True' }] });

describe('the creator', () => {
  it('is told the same by the answer to a create, a dry run, a get, a list and a watch', async () => {
    const { registry } = await setUp();
    const options = { fieldManager: 'maker' };
    const rehearsed = await registry.create(MAPS, 'default', map({ x: '1' }), { ...options, dryRun: true });
    const { object } = await registry.create(MAPS, 'default', map({ x: '1' }), options);
    const { items } = await registry.list(MAPS, { namespace: 'default' });
    const stopping = new AbortController();
    const seen: StoredObject[] = [];
    for await (const { events } of registry.watch(MAPS, { from: object.revision - 1, signal: stopping.signal })) {
      seen.push(...events.map((event) => event.object));
      stopping.abort();
    }
    const all = [rehearsed.object, object, await registry.get(MAPS, 'default', 'a'), ...items, ...seen];
    expect(all).toHaveLength(5);
    for (const one of all) {
      expect(entriesOf(read(one))).toEqual([
        {
          ...{ manager: 'maker', operation: 'Update', apiVersion: 'v1', time: '2026-01-02T03:04:05Z' },
          ...{ fieldsType: 'FieldsV1', fieldsV1: MAP_FIELDS },
        },
      ]);
    }
  });

  it('of an object of which nothing is set owns nothing', async () => {
    const { registry } = await setUp();
    const { object } = await registry.create('serviceaccounts', 'default', { metadata: { name: 'a' } }, {});
    expect(read(object).metadata).not.toHaveProperty('managedFields');
  });

  it.each([
    ['an address that a service was given', {}, []],
    ['what follows from the address that it named', { clusterIP: '10.96.7.8' }, ['f:clusterIP']],
    [
      'what follows from all that it named',
      { clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7'], ipFamilyPolicy: 'PreferDualStack' },
      ['f:clusterIP', 'f:clusterIPs', 'f:ipFamilyPolicy'],
    ],
  ])('does not own %s', async (_, named, owned) => {
    const { registry } = await setUp();
    const service = { metadata: { name: 'a' }, spec: { ports: [{ port: 80 }], ...named } };
    const { object } = await registry.create('services', 'default', service, { fieldManager: 'maker' });
    expect(read(object).spec).toMatchObject({ clusterIPs: [expect.any(String)], ipFamilies: ['IPv4'] });
    const defaulted = ['f:internalTrafficPolicy', 'f:ports', 'f:sessionAffinity', 'f:type'];
    const spec = fieldsBy(read(object), 'maker')?.['f:spec'] ?? {};
    expect(Object.keys(spec).sort()).toEqual([...owned, ...defaulted].sort());
  });

  it('nobody owns what a service gets that stops being a name', async () => {
    const { registry } = await setUp();
    const spec = { ports: [{ port: 80 }], type: 'ExternalName', externalName: 'a.example' };
    await registry.create('services', 'default', { metadata: { name: 'a' }, spec }, { fieldManager: 'maker' });
    const patch = { spec: { type: 'ClusterIP', externalName: null } };
    const { object } = await registry.patch('services', 'default', 'a', 'merge', patch, { fieldManager: 'other' });
    expect(read(object).spec).toMatchObject({ clusterIPs: [expect.any(String)], ipFamilyPolicy: 'SingleStack' });
    expect(fieldsBy(read(object), 'other')).toEqual({ 'f:spec': { 'f:internalTrafficPolicy': {}, 'f:type': {} } });
  });

  it('does not own the selector and the labels that a job was given', async () => {
    const { registry } = await setUp();
    const template = {
      metadata: { labels: { mine: 'yes' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] },
    };
    const job = { metadata: { name: 'a' }, spec: { template } };
    const { object } = await registry.create('jobs.batch', 'default', job, { fieldManager: 'maker' });
    expect(read(object).spec).toHaveProperty('selector');
    const owned = fieldsBy(read(object), 'maker')?.['f:spec'];
    expect(owned).toMatchObject({ 'f:template': { 'f:spec': { 'f:restartPolicy': {} } } });
    expect(owned).not.toHaveProperty('f:selector');
    const labels = fieldsBy(read(object), 'maker')?.['f:metadata'];
    expect(labels).toEqual({ 'f:labels': { '.': {}, 'f:mine': {} } });
    expect(owned).toHaveProperty('f:template.f:metadata', { 'f:labels': { '.': {}, 'f:mine': {} } });
  });

  it('does not own the finalizers of a namespace', async () => {
    const { registry } = await setUp();
    const { object } = await registry.create('namespaces', '', { metadata: { name: 'a' } }, { fieldManager: 'maker' });
    expect(read(object).spec).toHaveProperty('finalizers');
    expect(fieldsBy(read(object), 'maker')).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:kubernetes.io/metadata.name': {} } },
    });
  });

  it.each([
    ['nobody', {}, 'flotilla'],
    ['a controller', { fence: FENCE }, 'kube-controller-manager'],
    ['the API server', { component: 'kube-apiserver' }, 'kube-apiserver'],
  ] as const)('that is named by nobody: %s', async (_, options, manager) => {
    const { registry } = await setUp();
    const [made] = await registry.createAll(MAPS, [map({ x: '1' }, { namespace: 'default' })], options);
    expect(fieldsBy(read((made as { object: StoredObject }).object), manager)).toEqual(MAP_FIELDS);
  });

  it('is the controller of the owner that it was made for', async () => {
    const { registry } = await setUp();
    const owner = {
      apiVersion: 'fleet.flotilla.dev/v1alpha1',
      kind: 'NodePool',
      name: 'p',
      uid: 'u',
      controller: true,
    };
    const { object } = await registry.create(MAPS, 'default', map({ x: '1' }, { ownerReferences: [owner] }));
    expect(fieldsBy(read(object), 'flotilla')).toMatchObject(MAP_FIELDS);
  });
});

describe('who reports a status', () => {
  it('owns what it reported, and loses what another one changes', async () => {
    const fixture = await setUp();
    const { registry } = fixture;
    await registry.create(DEPLOYMENTS, 'default', deployment('web'), { fieldManager: 'maker' });
    await reportReplicas(fixture, 1);
    const owned = {
      'f:status': {
        'f:conditions': { '.': {}, 'k:{"type":"Available"}': { '.': {}, 'f:status': {}, 'f:type': {} } },
        'f:replicas': {},
      },
    };
    expect(fieldsBy(await stored(fixture, DEPLOYMENTS, 'web'), 'kube-controller-manager')).toEqual(owned);
    expect(fieldsBy(await stored(fixture, DEPLOYMENTS, 'web'), 'maker')).not.toHaveProperty('f:status');
    const options = { fieldManager: 'editor', subresource: 'status' };
    await registry.patch(DEPLOYMENTS, 'default', 'web', 'merge', { status: { replicas: 2 } }, options);
    const { 'f:replicas': _, ...left } = owned['f:status'];
    expect(fieldsBy(await stored(fixture, DEPLOYMENTS, 'web'), 'kube-controller-manager')).toEqual({
      'f:status': left,
    });
    await reportReplicas(fixture, 3);
    expect(fieldsBy(await stored(fixture, DEPLOYMENTS, 'web'), 'kube-controller-manager')).toEqual(owned);
    expect(fieldsBy(await stored(fixture, DEPLOYMENTS, 'web'), 'editor')).toBeUndefined();
  });

  it.each(['one by one', 'in a batch'])('leaves no entry where it takes all back: %s', async (how) => {
    const fixture = await setUp();
    const { registry } = fixture;
    await registry.create(DEPLOYMENTS, 'default', deployment('web'), { fieldManager: 'maker' });
    await registry.patch(DEPLOYMENTS, 'default', 'web', 'merge', { metadata: { managedFields: [{}] } }, {});
    await reportReplicas(fixture, 1);
    const before = await registry.get(DEPLOYMENTS, 'default', 'web');
    expect(entriesOf(read(before))).toMatchObject([{ manager: 'kube-controller-manager', subresource: 'status' }]);
    if (how === 'in a batch') {
      const after: Loose = { ...read(before), status: {} };
      await registry.updateStatuses(DEPLOYMENTS, [{ before, after }], { fence: FENCE });
    } else {
      await modifyStatus(fixture, {});
    }
    const after = await stored(fixture, DEPLOYMENTS, 'web');
    expect(after.status).toEqual({});
    expect(after.metadata).not.toHaveProperty('managedFields');
    expect(after.metadata.labels).toEqual(read(before).metadata.labels);
  });

  it('that reports nothing new writes nothing', async () => {
    const fixture = await setUp();
    await fixture.registry.create(DEPLOYMENTS, 'default', deployment('web'), { fieldManager: 'maker' });
    await reportReplicas(fixture, 1);
    const revision = await revisionOf(fixture, DEPLOYMENTS, 'web');
    fixture.time.ms += 1_000;
    await reportReplicas(fixture, 1);
    expect(await revisionOf(fixture, DEPLOYMENTS, 'web')).toBe(revision);
  });
});

describe('what was stored short by an older version', () => {
  const short = (entry: Json): Json => {
    const { fieldsV1: _, ...rest } = entry as Record<string, Json>;
    return rest;
  };
  const older = async () => {
    const fixture = await setUp();
    const { registry, store, time } = fixture;
    await registry.create(DEPLOYMENTS, 'default', deployment('web'), { fieldManager: 'maker' });
    await reportReplicas(fixture, 1);
    const { revision, ...before } = await registry.get(DEPLOYMENTS, 'default', 'web');
    const object = await stored(fixture, DEPLOYMENTS, 'web');
    const managedFields = object.metadata.managedFields?.map(short) ?? [];
    const { uid, labels, fields } = before;
    const body = encodeBody({ ...object, metadata: { ...object.metadata, managedFields } });
    const write = { ...before, body, ownerUids: [], controllerUid: '', expected: { uid, labels, fields, revision } };
    expect(await store.commit({ op: 'update', ...write })).toMatchObject({ ok: true });
    time.ms += 1_000;
    const update = (replicas: number, fieldManager = 'maker') =>
      registry.patch(DEPLOYMENTS, 'default', 'web', 'merge', { spec: { replicas } }, { fieldManager });
    return { ...fixture, update, all: object.metadata.managedFields };
  };

  it('is told whole, and what changes nothing writes nothing', async () => {
    const fixture = await older();
    const { get, update, all, registry } = fixture;
    expect((await get(DEPLOYMENTS, 'web')).metadata.managedFields).toEqual(all);
    const revision = await revisionOf(fixture, DEPLOYMENTS, 'web');
    await update(2);
    await update(2, 'other');
    await reportReplicas(fixture, 1);
    await registry.update(DEPLOYMENTS, 'default', 'web', await get(DEPLOYMENTS, 'web'), { fieldManager: 'other' });
    await registry.update(DEPLOYMENTS, 'default', 'web', await stored(fixture, DEPLOYMENTS, 'web'), {});
    expect(await revisionOf(fixture, DEPLOYMENTS, 'web')).toBe(revision);
  });

  it.each(['maker', 'other'])('is stored whole once %s changes it', async (manager) => {
    const fixture = await older();
    await fixture.update(5, manager);
    const object = await stored(fixture, DEPLOYMENTS, 'web');
    expect(entriesOf(object).filter(({ fieldsV1 }) => fieldsV1 === undefined)).toEqual([]);
    expect(fieldsBy(object, 'maker')?.['f:spec']).toHaveProperty('f:template');
    expect(fieldsBy(object, manager)?.['f:spec']).toHaveProperty('f:replicas');
    expect(fieldsBy(object, 'kube-controller-manager')?.['f:status']).toHaveProperty('f:replicas');
    expect((await fixture.get(DEPLOYMENTS, 'web')).metadata.managedFields).toEqual(object.metadata.managedFields);
  });

  it('keeps what was reported when the status is reported again', async () => {
    const fixture = await older();
    await reportReplicas(fixture, 3);
    expect(fieldsBy(await stored(fixture, DEPLOYMENTS, 'web'), 'kube-controller-manager')?.['f:status']).toMatchObject({
      'f:conditions': { 'k:{"type":"Available"}': {} },
      'f:replicas': {},
    });
  });
});
