/** After plugin/pkg/admission/noderestriction/admission_test.go, 1.34, over the API. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { allowAuthenticated } from '../allow-authenticated.ts';
import { createNodeAuthorizer } from './node-authorizer.ts';

const NODE = 'node-token';
const user = { username: 'system:node:mine', groups: ['system:nodes'] };
const admin = { username: 'admin', groups: ['system:masters'] };
const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
const LOST = 'does not match the UID in record. The object might have been deleted and then recreated';

let api: ApiFixture;
const uids = new Map<string, string>();

const volumes = [
  { name: 'own', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
  { name: 'vault', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] } },
  { name: 'inline', csi: { driver: 'inline.example.com' } },
  { name: 'claimed', persistentVolumeClaim: { claimName: 'data' } },
  {
    name: 'scratch',
    ephemeral: {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    },
  },
];
const driver = (name: string, audience: string) => ({ metadata: { name }, spec: { tokenRequests: [{ audience }] } });
const volume = (name: string) => ({
  metadata: { name: `pv-${name}` },
  spec: {
    ...{ capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
    csi: { driver: `${name}.example.com`, volumeHandle: name },
  },
});
const claim = (name: string, volumeName: string) => ({
  metadata: { name, namespace: 'default' },
  spec: { volumeName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

async function addPod(name: string, spec: object): Promise<void> {
  const object = { metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } };
  uids.set(name, (await api.registry.create('pods', 'default', object)).object.uid);
}

beforeAll(async () => {
  api = await apiFixture({
    authenticator: { authenticate: async (token) => (token === NODE ? user : token === TOKEN ? admin : undefined) },
    authorizer: {
      ...allowAuthenticated,
      authorize: (who, asked) => createNodeAuthorizer(api.registry, allowAuthenticated).authorize(who, asked),
    },
  });
  const { registry } = api;
  for (const name of ['robot', 'admin']) {
    await registry.create('serviceaccounts', 'default', { metadata: { name } });
  }
  for (const name of ['inline', 'claimed', 'scratch']) {
    await registry.create('csidrivers.storage.k8s.io', '', driver(`${name}.example.com`, `of-${name}`));
  }
  await registry.create('persistentvolumes', '', volume('claimed'));
  await registry.create('persistentvolumes', '', volume('scratch'));
  await registry.create('persistentvolumeclaims', 'default', claim('data', 'pv-claimed'));
  await registry.create('persistentvolumeclaims', 'default', claim('its-scratch', 'pv-scratch'));
  await addPod('its', { serviceAccountName: 'robot', nodeName: 'mine', volumes });
  await addPod('bare', { serviceAccountName: 'robot', nodeName: 'mine' });
  await addPod('of-admin', { serviceAccountName: 'admin', nodeName: 'mine', volumes });
  await addPod('elsewhere', { serviceAccountName: 'robot', nodeName: 'other', volumes });
});
afterAll(() => api.close());

const ask = async (spec: object, account = 'robot', token = NODE) => {
  const path = `${ACCOUNTS}/${account}/token`;
  const { code, json } = await api.call('POST', path, { spec }, { authorization: `Bearer ${token}` });
  return [code, json.message];
};
const bound = (name: string, more: object = {}) => ({
  boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid: uids.get(name), ...more },
});
const refusal = (why: string) => [403, `serviceaccounts "robot" is forbidden: ${why}`];

describe('a kubelet', () => {
  it.each(['', 'vault', 'of-inline', 'of-claimed', 'of-scratch'])('gets a token for %j', async (audience) => {
    const audiences = audience === '' ? [] : [audience];
    expect(await ask({ ...bound('its'), audiences })).toEqual([201, undefined]);
  });

  it('gets none that is not bound to a pod of its node', async () => {
    const unbound = refusal('node requested token not bound to a pod');
    for (const [spec, expected] of [
      [{}, unbound],
      [bound(''), unbound],
      [bound('its', { apiVersion: '' }), unbound],
      [bound('its', { kind: 'Secret' }), unbound],
      [bound('mine', { kind: 'Node' }), unbound],
      [bound('its', { uid: '' }), refusal('node requested token with a pod binding without a uid')],
      [bound('its', { uid: 'x' }), refusal(`the UID in the bound object reference (x) ${LOST}`)],
      [bound('nobody', { uid: 'x' }), [404, 'pods "nobody" not found']],
      [bound('elsewhere'), refusal('node requested token bound to a pod scheduled on a different node')],
      [
        bound('of-admin'),
        [400, 'cannot bind token for serviceaccount "robot" to pod running with different serviceaccount name.'],
      ],
    ] as const) {
      expect(await ask(spec)).toEqual(expected);
    }
  });

  it('gets none for an audience that the pod does not name', async () => {
    const unnamed = (audience: string) =>
      refusal(
        `audience "${audience}" not found in pod spec volume, system:node:mine is not authorized to request tokens for this audience`,
      );
    expect(await ask({ ...bound('its'), audiences: ['foo'] })).toEqual(unnamed('foo'));
    expect(await ask(bound('bare'))).toEqual(unnamed(''));
    expect(await ask({ ...bound('its'), audiences: ['vault', 'of-inline'] })).toEqual(
      refusal('node may only request 0 or 1 audiences'),
    );
  });

  it('gets none of an account that no pod of its node has', async () => {
    await api.registry.create('serviceaccounts', 'default', { metadata: { name: 'unused' } });
    const [code, message] = await ask(bound('its'), 'unused');
    expect([code, message]).toEqual([403, expect.stringContaining("no relationship found between node 'mine'")]);
  });

  it('is restricted as others are not', async () => {
    expect(await ask({ audiences: ['foo'] }, 'robot', TOKEN)).toEqual([201, undefined]);
  });
});
