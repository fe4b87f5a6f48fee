import { expect, test } from 'vitest';
import { read, registryFixture } from '../../test/support/registry-fixture.ts';

const modes = { accessModes: ['ReadWriteOnce'] };
const KINDS = [
  {
    ...{ resource: 'persistentvolumeclaims', namespace: 'default', finalizer: 'kubernetes.io/pvc-protection' },
    spec: { ...modes, resources: { requests: { storage: '1Gi' } } },
  },
  {
    ...{ resource: 'persistentvolumes', namespace: '', finalizer: 'kubernetes.io/pv-protection' },
    spec: { ...modes, capacity: { storage: '1Gi' }, hostPath: { path: '/data' } },
  },
] as const;

test.each(KINDS)(
  '$resource begin with the finalizer that keeps them',
  async ({ resource, namespace, finalizer, spec }) => {
    const { registry } = await registryFixture();
    const create = async (name: string, finalizers: string[]) =>
      read((await registry.create(resource, namespace, { metadata: { name, finalizers }, spec })).object).metadata;
    expect((await create('plain', [])).finalizers).toEqual([finalizer]);
    expect((await create('held', ['a.example/b'])).finalizers).toEqual(['a.example/b', finalizer]);
    expect((await create('ready', [finalizer, 'a.example/b'])).finalizers).toEqual([finalizer, 'a.example/b']);
  },
);
