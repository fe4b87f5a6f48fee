import { describe, expect, it } from 'vitest';
import {
  configMap,
  DEPLOYMENTS,
  deployment,
  failure,
  read,
  registryFixture,
  withDeployment,
} from '../../test/support/registry-fixture.ts';

const X = { x: 'y' };
const TEMPLATE = { spec: { containers: [{ name: 'c', image: 'i' }] } };
const SLICE = { addressType: 'IPv4', endpoints: [] };

describe('update', () => {
  it('keeps no empty labels, annotations, owners and finalizers, as Go leaves them out', async () => {
    const { registry } = await withDeployment();
    const empty = { labels: {}, annotations: {}, ownerReferences: [], finalizers: [] };
    const metadata = { name: 'web', ...empty };
    const updated = read(
      (await registry.update(DEPLOYMENTS, 'default', 'web', { ...deployment('web'), metadata })).object,
    );
    const other = { ...deployment('other'), metadata: { name: 'other', ...empty } };
    const created = read((await registry.create(DEPLOYMENTS, 'default', other)).object);
    for (const field of Object.keys(empty)) {
      expect(updated.metadata).not.toHaveProperty(field);
      expect(created.metadata).not.toHaveProperty(field);
    }
  });

  it('writes nothing when nothing changes, whatever the order of keys', async () => {
    const { registry, store, created } = await withDeployment();
    const writes = store.writes.length;
    const { spec, metadata } = read(created);
    const reordered = { spec: Object.fromEntries(Object.entries(spec ?? {}).reverse()), metadata };
    const same = await registry.update(DEPLOYMENTS, 'default', 'web', reordered);
    expect(same.object.revision).toBe(created.revision);
    expect(store.writes).toHaveLength(writes);
  });

  it('keeps what belongs to the server', async () => {
    const { registry, created } = await withDeployment();
    const before = read(created);
    const sent = deployment('web', { replicas: 5 });
    const metadata = {
      ...sent.metadata,
      creationTimestamp: '2001-01-01T00:00:00Z',
      deletionTimestamp: '2001-01-01T00:00:00Z',
      generation: 99,
    };
    const after = read((await registry.update(DEPLOYMENTS, 'default', 'web', { ...sent, metadata })).object);
    expect(after.metadata.creationTimestamp).toBe(before.metadata.creationTimestamp);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.metadata.generation).toBe(2);
    expect(after.metadata).not.toHaveProperty('deletionTimestamp');
  });

  it('answers 404 for a missing object, and creates only kinds that allow it', async () => {
    const { registry } = await withDeployment();
    expect(await failure(registry.update('configmaps', 'default', 'no', configMap('no')))).toMatchObject({
      code: 404,
      message: 'configmaps "no" not found',
    });
    const leases = 'leases.coordination.k8s.io';
    const lease = { metadata: { name: 'l' }, spec: { holderIdentity: 'me' } };
    const { object, created } = await registry.update(leases, 'default', 'l', lease);
    expect(created).toBe(true);
    expect((await registry.update(leases, 'default', 'l', read(object))).created).toBe(false);
  });

  it('rejects invalid changes and writes nothing', async () => {
    const { registry, created } = await withDeployment();
    const bad = registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: -1 }));
    expect(await failure(bad)).toMatchObject({ code: 422, reason: 'Invalid' });
    expect((await registry.get(DEPLOYMENTS, 'default', 'web')).revision).toBe(created.revision);
  });

  it('writes nothing in a dry run and keeps the version', async () => {
    const { registry, created } = await withDeployment();
    const { object } = await registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: 4 }), {
      dryRun: true,
    });
    expect(read(object).spec?.['replicas']).toBe(4);
    expect(object.revision).toBe(created.revision);
    expect((await registry.get(DEPLOYMENTS, 'default', 'web')).body).toBe(created.body);
  });

  it('raises the generation when the spec changes, and only then', async () => {
    const { registry } = await withDeployment();
    const changed = await registry.update(DEPLOYMENTS, 'default', 'web', deployment('web', { replicas: 3 }));
    expect(read(changed.object).metadata.generation).toBe(2);
    const labelled = { ...deployment('web', { replicas: 3 }), metadata: { name: 'web', labels: { a: 'b' } } };
    const relabelled = await registry.update(DEPLOYMENTS, 'default', 'web', labelled);
    expect(read(relabelled.object).metadata).toMatchObject({ generation: 2, labels: { a: 'b' } });
    expect(relabelled.object.revision).toBeGreaterThan(changed.object.revision);
  });

  it.each([
    [
      'podtemplates',
      'default',
      { template: TEMPLATE },
      { template: { ...TEMPLATE, metadata: { labels: X } } },
      [1, 1, 2],
    ],
    ['endpointslices.discovery.k8s.io', 'default', SLICE, { ...SLICE, ports: [{ port: 1 }] }, [1, 2, 3]],
    ['priorityclasses.scheduling.k8s.io', '', { value: 1 }, { value: 1, description: 'd' }, [1, 1, 1]],
    ['csidrivers.storage.k8s.io', '', { spec: {} }, { spec: { requiresRepublish: true } }, [undefined, undefined, 1]],
    ['nodes', '', {}, { spec: { unschedulable: true } }, [undefined, undefined, undefined]],
    ['namespaces', '', {}, { spec: {} }, [undefined, undefined, undefined]],
  ])('counts the generations of %s as their strategy does', async (id, namespace, made, changed, generations) => {
    const { registry } = await registryFixture();
    const created = await registry.create(id, namespace, { ...made, metadata: { name: 'a' } });
    const put = async (body: object, labels: object) => {
      const { resourceVersion } = read((await registry.get(id, namespace, 'a')) ?? created.object).metadata;
      const metadata = { name: 'a', resourceVersion, labels };
      return registry.update(id, namespace, 'a', { ...body, metadata });
    };
    const all = [created, await put(made, X), await put(changed, X)];
    expect(all.map(({ object }) => read(object).metadata.generation)).toEqual(generations);
  });
});
