/** After plugin/pkg/auth/authorizer/node/node_authorizer_test.go, 1.34. */
import { beforeAll, describe, expect, it } from 'vitest';
import { pod, type RegistryFixture, registryFixture } from '../../../test/support/registry-fixture.ts';
import { allowAuthenticated } from '../allow-authenticated.ts';
import type { RequestAttributes } from '../identity.ts';
import { createNodeAuthorizer } from './node-authorizer.ts';

const user = { username: 'system:node:mine', groups: ['system:nodes', 'system:authenticated'] };
const core = (resource: string, name?: string, more: object = {}) => ({
  ...{ verb: 'get', group: '', resource, namespace: 'default' },
  ...(name === undefined ? {} : { name }),
  ...more,
});
const of = (group: string, resource: string, verb: string, name?: string, more: object = {}) => ({
  ...{ verb, group, resource, ...(name === undefined ? {} : { name }) },
  ...more,
});
const attachment = (name: string, nodeName: string) => ({
  metadata: { name },
  spec: { attacher: 'a.example.com', nodeName, source: { persistentVolumeName: 'pv' } },
});
const LEASES = { namespace: 'kube-node-lease' };

let fixture: RegistryFixture;
beforeAll(async () => {
  fixture = await registryFixture();
  const secret = (name: string) => ({ volumes: [{ name: 'v', secret: { secretName: name } }] });
  const asked = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const ephemeral = { volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec: asked } } }] };
  for (const name of ['robot', 'admin']) {
    await fixture.registry.create('serviceaccounts', 'default', { metadata: { name } });
  }
  await fixture.registry.createAll('pods', [
    pod('my', { nodeName: 'mine', serviceAccountName: 'robot', ...secret('keys') }),
    pod('scratch', { nodeName: 'mine', ...ephemeral }),
    pod('their', { nodeName: 'other', serviceAccountName: 'admin', ...secret('others') }),
  ]);
  for (const [name, node] of [
    ['at-mine', 'mine'],
    ['at-other', 'other'],
  ] as const) {
    await fixture.registry.create('volumeattachments.storage.k8s.io', '', attachment(name, node));
  }
});
const isAllowed = async (asked: RequestAttributes): Promise<boolean> =>
  (await createNodeAuthorizer(fixture.registry, allowAuthenticated).authorize(user, asked)).allowed;

describe('a kubelet', () => {
  it.each<RequestAttributes>([
    core('secrets', 'keys'),
    core('secrets', 'keys', { verb: 'watch' }),
    core('persistentvolumeclaims', 'scratch-v'),
    core('pods', 'my'),
    core('pods', undefined, { verb: 'list', nodeName: 'mine' }),
    core('serviceaccounts', 'robot', { verb: 'create', subresource: 'token' }),
    of('', 'nodes', 'get', 'mine'),
    of('coordination.k8s.io', 'leases', 'update', 'mine', LEASES),
    of('coordination.k8s.io', 'leases', 'create', undefined, LEASES),
    of('storage.k8s.io', 'csinodes', 'get', 'mine'),
    of('storage.k8s.io', 'csinodes', 'create'),
    of('storage.k8s.io', 'volumeattachments', 'get', 'at-mine'),
    of('', 'services', 'list'),
  ])('may %j', async (asked) => {
    expect(await isAllowed(asked)).toBe(true);
  });

  it.each<RequestAttributes>([
    core('secrets', 'others'),
    core('secrets', undefined, { verb: 'list' }),
    core('secrets', 'keys', { namespace: 'kube-system' }),
    core('secrets', 'keys', { verb: 'delete' }),
    core('persistentvolumeclaims', 'their-v'),
    core('pods', 'their'),
    core('pods', undefined, { verb: 'list' }),
    core('pods', undefined, { verb: 'list', nodeName: 'other' }),
    core('pods', undefined, { verb: 'deletecollection', nodeName: 'mine' }),
    core('serviceaccounts', 'admin', { verb: 'create', subresource: 'token' }),
    core('serviceaccounts', 'robot'),
    of('', 'nodes', 'get', 'other'),
    of('', 'nodes', 'list'),
    of('', 'nodes', 'delete', 'mine'),
    of('coordination.k8s.io', 'leases', 'get', 'other', LEASES),
    of('coordination.k8s.io', 'leases', 'get', 'mine', { namespace: 'default' }),
    of('storage.k8s.io', 'csinodes', 'get', 'other'),
    of('storage.k8s.io', 'csinodes', 'list'),
    of('storage.k8s.io', 'volumeattachments', 'get', 'at-other'),
    of('storage.k8s.io', 'volumeattachments', 'list'),
    of('apps', 'deployments', 'list'),
    { verb: 'get', path: '/metrics' },
  ])('may not %j', async (asked) => {
    expect(await isAllowed(asked)).toBe(false);
  });
});
