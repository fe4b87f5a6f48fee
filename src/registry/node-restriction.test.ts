/** After plugin/pkg/admission/noderestriction/admission_test.go, 1.34. */
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, pod, type RegistryFixture, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { nodeNameOf } from '../values/node-identity.ts';

const user = { username: 'system:node:mine', groups: ['system:nodes'] };
const mine = (object: object): Record<string, unknown> => ({ apiVersion: 'v1', kind: 'Node', ...object });
const node = (name: string, labels = {}, rest = {}) => mine({ metadata: { name, labels }, ...rest });

let fixture: RegistryFixture;
let uid: string;
beforeEach(async () => {
  fixture = await registryFixture();
  const made = await fixture.registry.create('nodes', '', node('mine'));
  uid = made.object.uid;
  await fixture.registry.create('nodes', '', node('other'));
  for (const [name, nodeName] of [
    ['my', 'mine'],
    ['their', 'other'],
    ['unbound', undefined],
  ] as const) {
    await fixture.registry.create('pods', 'default', pod(name, nodeName === undefined ? {} : { nodeName }));
  }
});
const outcome = async (run: Promise<unknown>): Promise<string> => {
  const { code, reason, message } = await failure(run.then(() => Promise.reject({ message: 'allowed' })));
  expect([undefined, 403]).toContain(code);
  expect([undefined, 'Forbidden']).toContain(reason);
  return message.replace(/^\S+ "[^"]*" is forbidden: /, '');
};

it('tells kubelets by name and group', () => {
  expect(nodeNameOf(user)).toBe('mine');
  expect(nodeNameOf({ ...user, groups: [] })).toBeUndefined();
  expect(nodeNameOf({ ...user, username: 'mine' })).toBeUndefined();
});

describe('mirror pods', () => {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'mine', controller: true };
  const mirror = (spec: object = {}, owners: readonly object[] = [{ ...owner, uid }], annotations?: object) => {
    const { metadata, ...rest } = pod('mirror', { nodeName: 'mine', ...spec });
    const marks = annotations ?? { 'kubernetes.io/config.mirror': 'hash' };
    return { ...rest, metadata: { ...metadata, annotations: marks, ownerReferences: owners } };
  };
  const create = (object: unknown): Promise<string> =>
    outcome(fixture.registry.create('pods', 'default', object, { user }));
  const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });
  const inEnv = (valueFrom: object) => ({
    containers: [{ name: 'main', image: 'a', env: [{ name: 'A', valueFrom }] }],
  });
  const references = (what: string) => `node "mine" can not create pods that reference ${what}`;

  it('of the node are allowed, and get no service account', async () => {
    expect(await create(mirror())).toBe('allowed');
    const stored = await fixture.registry.get('pods', 'default', 'mirror');
    expect(read(stored).spec?.['serviceAccountName']).toBeUndefined();
  });
  it.each([
    [{ serviceAccountName: 'admin' }, 'a service account'],
    [{ serviceAccount: 'admin' }, 'a service account'],
    [volume({ secret: { secretName: 'bootstrap-token-abcdef' } }), 'secrets'],
    [volume({ projected: { sources: [{ secret: { name: 's' } }] } }), 'secrets'],
    [volume({ azureFile: { secretName: 's', shareName: 'x' } }), 'secrets'],
    [{ imagePullSecrets: [{ name: 's' }] }, 'secrets'],
    [inEnv({ secretKeyRef: { name: 's', key: 'k' } }), 'secrets'],
    [inEnv({ configMapKeyRef: { name: 's', key: 'k' } }), 'configmaps'],
    [volume({ configMap: { name: 'c' } }), 'configmaps'],
    [volume({ persistentVolumeClaim: { claimName: 'p' } }), 'persistentvolumeclaims'],
    [volume({ ephemeral: { volumeClaimTemplate: { spec: {} } } }), 'persistentvolumeclaims'],
    [volume({ projected: { sources: [{ clusterTrustBundle: { name: 'b', path: 'x' } }] } }), 'clustertrustbundles'],
    [{ resourceClaims: [{ name: 'gpu', resourceClaimName: 'g' }] }, 'resourceclaims'],
  ])('may name nothing: %j', async (spec, what) => {
    expect(await create(mirror(spec))).toBe(references(what));
  });
  it('may leave fields null', async () => {
    expect(await create(mirror({ volumes: null, resourceClaims: null, imagePullSecrets: null }))).toBe('allowed');
  });
  it('are the node’s by annotation, place and owner', async () => {
    const only = 'node "mine" can only create pods with';
    const itself = `${only} an owner reference set to itself`;
    const own = { ...owner, uid };
    for (const [object, expected] of [
      [mirror({}, [own], {}), /^pod does not have "kubernetes.io\/config.mirror" annotation/],
      [mirror({ nodeName: 'other' }), `${only} spec.nodeName set to itself`],
      [mirror({}, [own, own]), `${only} a single owner reference set to itself`],
      [mirror({}, []), itself],
      [mirror({}, [{ ...own, name: 'other' }]), itself],
      [mirror({}, [{ ...own, kind: 'Pod' }]), itself],
      [mirror({}, [{ ...own, controller: false }]), `${only} a controller owner reference set to itself`],
      [
        mirror({}, [{ ...own, blockOwnerDeletion: true }]),
        'node "mine" must not set blockOwnerDeletion on an owner reference',
      ],
      [mirror({}, [{ ...own, uid: 'forged' }]), `node mine UID mismatch: expected forged got ${uid}`],
    ] as const) {
      const why = await create(object);
      typeof expected === 'string' ? expect(why).toBe(expected) : expect(why).toMatch(expected);
    }
  });
  it('need their node', async () => {
    await fixture.registry.delete('nodes', '', 'mine');
    expect(await failure(fixture.registry.create('pods', 'default', mirror(), { user }))).toMatchObject({
      code: 404,
      message: 'nodes "mine" not found',
    });
  });
  it('are judged in bulk too', async () => {
    const answers = await fixture.registry.createAllSent('pods', [mirror({ serviceAccountName: 'admin' })], { user });
    expect(answers.map((each) => (each as Error).message)).toEqual([
      `pods "mirror" is forbidden: ${references('a service account')}`,
    ]);
  });
});

describe('pods', () => {
  const remove = (name: string) => fixture.registry.delete('pods', 'default', name, { user });
  const status = (name: string, change: object = {}) =>
    fixture.registry.patch(
      'pods',
      'default',
      name,
      'merge',
      { status: { message: 'm' }, ...change },
      {
        user,
        subresource: 'status',
      },
    );
  const evict = (name: string) => fixture.registry.evict('default', name, { user });
  const only = (what: string) => `node "mine" can only ${what} pods with spec.nodeName set to itself`;

  it('are deleted and evicted, and have their status written, by their node', async () => {
    for (const name of ['their', 'unbound']) {
      expect(await outcome(remove(name))).toBe(only('delete'));
      expect(await outcome(status(name))).toBe(
        'node "mine" can only update pod status for pods with spec.nodeName set to itself',
      );
      expect(await outcome(evict(name))).toBe('node mine can only evict pods with spec.nodeName set to itself');
    }
    expect(await outcome(status('my'))).toBe('allowed');
    expect(await outcome(status('my', { metadata: { labels: { a: 'b' } } }))).toBe(
      'node "mine" cannot update labels through pod status',
    );
    expect(await outcome(evict('my'))).toBe('allowed');
    expect(await outcome(remove('my'))).toBe('allowed');
  });
  it('are not written otherwise', async () => {
    const change = { metadata: { labels: { a: 'b' } } };
    expect(await outcome(fixture.registry.patch('pods', 'default', 'my', 'merge', change, { user }))).toBe(
      'unexpected operation "UPDATE", node "mine" can only create and delete mirror pods',
    );
  });
});

describe('nodes', () => {
  const patch = (name: string, change: object, subresource?: string): Promise<string> => {
    const options = { user, ...(subresource === undefined ? {} : { subresource }) };
    return outcome(fixture.registry.patch('nodes', '', name, 'merge', change, options));
  };
  const labels = (key: string) => ({ metadata: { labels: { [key]: 'x' } } });

  it('are written by their own kubelet alone', async () => {
    const theirs = 'node "mine" is not allowed to modify node "other"';
    expect(await patch('other', labels('a'))).toBe(theirs);
    expect(await patch('other', { status: { phase: 'x' } }, 'status')).toBe(theirs);
    expect(await outcome(fixture.registry.create('nodes', '', node('third'), { user }))).toBe(
      'node "mine" is not allowed to modify node "third"',
    );
    expect(await outcome(fixture.registry.delete('nodes', '', 'other', { user }))).toBe(theirs);
    expect(await patch('mine', { status: { phase: 'x' } }, 'status')).toBe('allowed');
  });
  it('keep what others decide', async () => {
    for (const key of ['kubernetes.io/hostname', 'node.kubernetes.io/rack', 'kubelet.kubernetes.io/x', 'rack']) {
      expect(await patch('mine', labels(key))).toBe('allowed');
    }
    for (const key of ['node-restriction.kubernetes.io/a', 'x.node-restriction.kubernetes.io/a', 'foo.k8s.io/a']) {
      expect(await patch('mine', labels(key))).toBe(`is not allowed to modify labels: ${key}`);
    }
    const taints = [{ key: 'a', effect: 'NoSchedule' }];
    expect(await patch('mine', { spec: { taints } })).toBe('node "mine" is not allowed to modify taints');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }];
    expect(await patch('mine', { metadata: { ownerReferences } })).toBe(
      'node "mine" is not allowed to modify ownerReferences',
    );
  });
  it('register with taints and with labels of their own', async () => {
    const spec = { taints: [{ key: 'a', effect: 'NoSchedule' }] };
    const register = (given: object): Promise<string> =>
      outcome(fixture.registry.create('nodes', '', node('mine', given, { spec }), { user }));
    await fixture.registry.delete('nodes', '', 'mine');
    expect(await register({ 'foo.kubernetes.io/a': 'x', 'node-restriction.kubernetes.io/a': 'x' })).toBe(
      'node "mine" is not allowed to set the following labels: foo.kubernetes.io/a, node-restriction.kubernetes.io/a',
    );
    expect(await register({ 'kubernetes.io/os': 'linux' })).toBe('allowed');
  });
});

describe('leases and CSINodes', () => {
  const LEASES = 'leases.coordination.k8s.io';
  const CSI = 'csinodes.storage.k8s.io';
  const lease = (namespace: string, name: string) => ({
    ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } },
    spec: { holderIdentity: name },
  });
  const csiNode = (name: string) => ({
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name }, spec: { drivers: [] } },
  });
  const change = { metadata: { labels: { a: 'b' } } };
  const all = async (id: string, namespace: string, name: string, object: object, mayCreate = true) => {
    const { registry } = fixture;
    const made = await outcome(registry.create(id, namespace, object, { user }));
    if (!mayCreate) {
      await registry.create(id, namespace, object);
    }
    return [
      made,
      await outcome(registry.patch(id, namespace, name, 'merge', change, { user })),
      await outcome(registry.delete(id, namespace, name, { user })),
    ];
  };
  const ALLOWED = ['allowed', 'allowed', 'allowed'];
  beforeEach(async () => {
    await fixture.registry.create('namespaces', '', { metadata: { name: 'kube-node-lease' } });
  });

  it('are those of the node', async () => {
    const [their, elsewhere] = [
      'can only access node lease with the same name as the requesting node',
      'can only access leases in the "kube-node-lease" system namespace',
    ];
    expect(await all(LEASES, 'kube-node-lease', 'mine', lease('kube-node-lease', 'mine'))).toEqual(ALLOWED);
    expect(await all(LEASES, 'kube-node-lease', 'other', lease('kube-node-lease', 'other'), false)).toEqual(
      Array(3).fill(their),
    );
    expect(await all(LEASES, 'default', 'mine', lease('default', 'mine'), false)).toEqual(Array(3).fill(elsewhere));
    expect(await all(CSI, '', 'mine', csiNode('mine'))).toEqual(ALLOWED);
    expect(await all(CSI, '', 'other', csiNode('other'), false)).toEqual(
      Array(3).fill('can only access CSINode with the same name as the requesting node'),
    );
  });
});
