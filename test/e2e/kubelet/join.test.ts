/**
 * Nodes of others, by the requests that a kubelet (client-go, 1.34) and a Virtual Kubelet send from the bootstrap token
 * to the first pod, and what each of them may not do.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, type Credentials } from '../../support/api-client.ts';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { certificateRequest } from '../../support/new-certificate-request.ts';
import { until } from '../../support/until.ts';

const NODE = 'rack-1';
const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const PODS = '/api/v1/namespaces/joining/pods';
const SECRETS = '/api/v1/namespaces/joining/secrets';
const KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet';
const SERVING = 'kubernetes.io/kubelet-serving';
const USAGES = ['digital signature', 'client auth'];

const ready = (status: string) => ({
  ...{ type: 'Ready', status, reason: 'KubeletReady', message: 'kubelet is posting ready status' },
  ...{ lastHeartbeatTime: new Date().toISOString(), lastTransitionTime: new Date().toISOString() },
});
const node = (name: string, labels: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } } },
  status: { capacity: { cpu: '4', memory: '8Gi', pods: '10' }, allocatable: { cpu: '4', memory: '8Gi', pods: '10' } },
});
const lease = (name: string) => ({
  ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: 'kube-node-lease' } },
  spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: new Date().toISOString().replace('Z', '000Z') },
});
const pod = (name: string, nodeName: string, secretName?: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'joining' } },
  spec: {
    nodeName,
    containers: [{ name: 'main', image: 'busybox' }],
    ...(secretName === undefined ? {} : { volumes: [{ name: 'keys', secret: { secretName } }] }),
  },
});

describe.skipIf(missing !== undefined)(modeTitle('nodes of others'), () => {
  const flotilla = useFlotilla();
  const open: ApiClient[] = [];
  let admin: ApiClient;
  let kubelet: ApiClient;
  let aNodeOfOurs = '';

  const client = async (credentials: Credentials): Promise<ApiClient> => {
    const made = new ApiClient(await flotilla().access(), credentials);
    open.push(made);
    return made;
  };
  const addToken = async (id: string, more: object = {}): Promise<string> => {
    const stringData = { 'token-id': id, 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };
    const metadata = { name: `bootstrap-token-${id}`, namespace: 'kube-system' };
    await admin.send('POST', '/api/v1/namespaces/kube-system/secrets', {
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token', metadata },
      stringData: { ...stringData, ...more },
    });
    return `${id}.0123456789abcdef`;
  };
  const ask = async (from: ApiClient, name: string, subject: string, usages = USAGES, signerName = KUBELET) => {
    const { key, request } = await certificateRequest(subject);
    const spec = { request: Buffer.from(request).toString('base64'), signerName, usages, expirationSeconds: 3_600 };
    const object = {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec,
    };
    return { key, answer: await from.send('POST', REQUESTS, object) };
  };
  const issued = async (from: ApiClient, name: string): Promise<string> => {
    let certificate = '';
    await until(async () => {
      const { body } = await from.send('GET', `${REQUESTS}?fieldSelector=metadata.name%3D${name}&limit=500`);
      certificate = body.items?.[0]?.status?.certificate ?? '';
      return certificate !== '';
    });
    return Buffer.from(certificate, 'base64').toString();
  };
  const refused = async (by: ApiClient, method: string, path: string, body?: object): Promise<string> => {
    const answer = await by.send(method, path, body);
    expect([answer.status, answer.body.reason]).toEqual([403, 'Forbidden']);
    return answer.body.message;
  };

  beforeAll(async () => {
    admin = await client({ token: (await flotilla().access()).token });
    await admin.send('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'joining' },
    });
    const { body } = await admin.send('GET', '/api/v1/nodes?limit=1');
    aNodeOfOurs = body.items[0].metadata.name;
    const joining = await client({ token: await addToken('abcdef') });
    const who = await joining.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    expect(who.body.status.userInfo.username).toBe('system:bootstrap:abcdef');
    const { key } = await ask(joining, 'node-csr-1', `/O=system:nodes/CN=system:node:${NODE}`);
    kubelet = await client({ key, cert: await issued(joining, 'node-csr-1') });
  });
  afterAll(async () => {
    await admin.send('DELETE', `/api/v1/nodes/${NODE}`);
    await admin.send('DELETE', '/api/v1/nodes/virtual-1');
    await admin.send('DELETE', '/api/v1/namespaces/joining');
    await Promise.all(open.map((each) => each.close()));
  });

  it('join, renew their lease, tell their status and run their pods', async () => {
    expect((await kubelet.send('GET', `/api/v1/nodes/${NODE}`)).status).toBe(404);
    const made = await kubelet.send('POST', '/api/v1/nodes', node(NODE));
    expect(made.status).toBe(201);
    const path = `${LEASES}/${NODE}`;
    expect((await kubelet.send('GET', path)).status).toBe(404);
    const { uid } = made.body.metadata;
    const owned = lease(NODE);
    const metadata = { ...owned.metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: NODE, uid }] };
    const first = await kubelet.send('POST', LEASES, { ...owned, metadata });
    expect(first.status).toBe(201);
    expect((await kubelet.send('PUT', path, { ...first.body, spec: lease(NODE).spec })).status).toBe(200);
    const status = { '$setElementOrder/conditions': [{ type: 'Ready' }], conditions: [ready('True')] };
    expect((await kubelet.send('PATCH', `/api/v1/nodes/${NODE}/status?timeout=10s`, { status })).status).toBe(200);
    await until(async () => {
      const { body } = await admin.send('GET', `/api/v1/nodes/${NODE}`);
      return body.spec.taints === undefined;
    });

    await admin.send('POST', SECRETS, {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { a: 'b' } },
    });
    expect(await refused(kubelet, 'GET', `${SECRETS}/keys`)).toBe(
      `secrets "keys" is forbidden: User "system:node:${NODE}" cannot get resource "secrets" in API group "" in the namespace "joining": no relationship found between node '${NODE}' and this object`,
    );
    expect((await admin.send('POST', PODS, pod('web', NODE, 'keys'))).status).toBe(201);
    const mine = await kubelet.send('GET', `/api/v1/pods?fieldSelector=spec.nodeName%3D${NODE}&limit=500`);
    // Pods of other tests that wait for a node may be bound to this one as soon as it is ready.
    const names = mine.body.items.map((one: { metadata: { namespace: string; name: string } }) => one.metadata);
    expect(names.filter(({ namespace }: { namespace: string }) => namespace === 'joining')).toEqual([
      expect.objectContaining({ name: 'web' }),
    ]);
    expect((await kubelet.send('GET', `${SECRETS}/keys`)).status).toBe(200);
    const running = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], podIP: '10.9.0.2' };
    expect((await kubelet.send('PATCH', `${PODS}/web/status`, { status: running })).status).toBe(200);
    expect((await kubelet.send('GET', `${PODS}/web`)).body.status.phase).toBe('Running');
    await admin.send('DELETE', `${PODS}/web`);
    expect((await kubelet.send('DELETE', `${PODS}/web`, { gracePeriodSeconds: 0 })).status).toBe(200);
    expect((await admin.send('GET', `${PODS}/web`)).status).toBe(404);
  });

  it('rotate their certificate, for themselves alone', async () => {
    const { answer } = await ask(kubelet, 'csr-again', `/O=system:nodes/CN=system:node:${NODE}`);
    expect(answer.status).toBe(201);
    await issued(kubelet, 'csr-again');
    const { body } = await admin.send('GET', `${REQUESTS}/csr-again`);
    expect(body.status.conditions[0].message).toBe(
      'Auto approving self kubelet client certificate after SubjectAccessReview.',
    );
    for (const [signer, usages] of [
      [KUBELET, USAGES],
      [SERVING, ['digital signature', 'server auth']],
    ] as const) {
      const { answer: theirs } = await ask(kubelet, 'csr-b', '/O=system:nodes/CN=system:node:b', [...usages], signer);
      expect([theirs.status, theirs.body.message]).toEqual([
        403,
        `certificatesigningrequests.certificates.k8s.io "csr-b" is forbidden: can only create a node CSR with CN=system:node:${NODE}`,
      ]);
    }
  });

  it('may not touch what is not theirs', async () => {
    const they = `User "system:node:${NODE}" cannot`;
    const theirs = `/api/v1/nodes/${aNodeOfOurs}`;
    expect(await refused(kubelet, 'POST', '/api/v1/nodes', node('rack-2'))).toBe(
      `nodes "rack-2" is forbidden: node "${NODE}" is not allowed to modify node "rack-2"`,
    );
    expect(await refused(kubelet, 'PATCH', `${theirs}/status`, { status: { conditions: [ready('False')] } })).toBe(
      `nodes "${aNodeOfOurs}" is forbidden: node "${NODE}" is not allowed to modify node "${aNodeOfOurs}"`,
    );
    expect(await refused(kubelet, 'GET', theirs)).toBe(
      `nodes "${aNodeOfOurs}" is forbidden: ${they} get resource "nodes" in API group "" at the cluster scope: node '${NODE}' cannot read '${aNodeOfOurs}', only its own Node object`,
    );
    expect(await refused(kubelet, 'GET', '/api/v1/nodes')).toContain('cannot read all nodes, only its own Node object');
    expect(await refused(kubelet, 'DELETE', `/api/v1/nodes/${NODE}`)).toBe(
      `nodes "${NODE}" is forbidden: ${they} delete resource "nodes" in API group "" at the cluster scope`,
    );
    expect(await refused(kubelet, 'POST', LEASES, lease(aNodeOfOurs))).toBe(
      `leases.coordination.k8s.io "${aNodeOfOurs}" is forbidden: can only access node lease with the same name as the requesting node`,
    );
    expect(await refused(kubelet, 'GET', `${LEASES}/${aNodeOfOurs}`)).toContain(
      ': can only access node lease with the same name as the requesting node',
    );
    expect(await refused(kubelet, 'GET', '/api/v1/pods')).toContain(
      ': can only list/watch pods with spec.nodeName field selector',
    );
    await admin.send('POST', PODS, pod('elsewhere', aNodeOfOurs));
    expect(await refused(kubelet, 'DELETE', `${PODS}/elsewhere`)).toBe(
      `pods "elsewhere" is forbidden: node "${NODE}" can only delete pods with spec.nodeName set to itself`,
    );
    expect(await refused(kubelet, 'PATCH', `${PODS}/elsewhere/status`, { status: { phase: 'Failed' } })).toBe(
      `pods "elsewhere" is forbidden: node "${NODE}" can only update pod status for pods with spec.nodeName set to itself`,
    );
    expect(
      await refused(kubelet, 'POST', `${PODS}/elsewhere/eviction`, {
        ...{ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'elsewhere' } },
      }),
    ).toBe(`pods "elsewhere" is forbidden: node ${NODE} can only evict pods with spec.nodeName set to itself`);
    expect(await refused(kubelet, 'POST', PODS, pod('new', NODE))).toBe(
      `pods "new" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "${NODE}" can only create mirror pods`,
    );
  });

  it('may not give themselves labels and taints that others decide on', async () => {
    const own = `/api/v1/nodes/${NODE}`;
    const labels = (name: string) => ({ metadata: { labels: { [name]: 'x' } } });
    expect(await refused(kubelet, 'PATCH', own, labels('node-restriction.kubernetes.io/rack'))).toBe(
      `nodes "${NODE}" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/rack`,
    );
    expect(await refused(kubelet, 'PATCH', own, labels('node-role.kubernetes.io/master'))).toContain(
      'is not allowed to modify labels: node-role.kubernetes.io/master',
    );
    expect(await refused(kubelet, 'PATCH', own, { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } })).toBe(
      `nodes "${NODE}" is forbidden: node "${NODE}" is not allowed to modify taints`,
    );
    expect((await kubelet.send('PATCH', own, labels('node.kubernetes.io/rack'))).status).toBe(200);
    expect((await kubelet.send('PATCH', own, labels('rack'))).status).toBe(200);
  });

  it('are let in by no token that is over, false, or for something else', async () => {
    const past = new Date(Date.now() - 60_000).toISOString();
    for (const token of [
      await addToken('expire', { expiration: past }),
      await addToken('signer', { 'usage-bootstrap-authentication': 'false' }),
      'abcdef.aaaaaaaaaaaaaaaa',
      'nobody.0123456789abcdef',
    ]) {
      const stranger = await client({ token });
      const { status, body } = await stranger.send('GET', REQUESTS);
      expect([status, body.reason]).toEqual([401, 'Unauthorized']);
    }
  });

  it('may ask for nothing but a certificate while they join', async () => {
    const joining = await client({ token: await addToken('second') });
    expect(await refused(joining, 'GET', '/api/v1/namespaces/kube-system/secrets')).toBe(
      'secrets is forbidden: User "system:bootstrap:second" cannot list resource "secrets" in API group "" in the namespace "kube-system"',
    );
    expect(await refused(joining, 'POST', '/api/v1/nodes', node('rack-3'))).toContain('cannot create resource "nodes"');
    const { answer } = await ask(joining, 'csr-usages', '/O=system:nodes/CN=system:node:rack-3', ['client auth']);
    expect(answer.status).toBe(201);
    await ask(joining, 'csr-usages-2', '/O=system:nodes/CN=system:node:rack-3');
    await issued(joining, 'csr-usages-2');
    // The one that was asked first still waits: nobody signs such usages unasked.
    expect((await joining.send('GET', `${REQUESTS}/csr-usages`)).body.status.conditions).toBeUndefined();
  });

  it('of a Virtual Kubelet work with a service account', async () => {
    const accounts = '/api/v1/namespaces/joining/serviceaccounts';
    await admin.send('POST', accounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'virtual-kubelet' },
    });
    const { body } = await admin.send('POST', `${accounts}/virtual-kubelet/token`, {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    });
    const virtual = await client({ token: body.status.token });
    const name = 'virtual-1';
    const taints = [{ key: 'virtual-kubelet.io/provider', value: 'mock', effect: 'NoSchedule' }];
    const labels = { type: 'virtual-kubelet', 'kubernetes.io/role': 'agent' };
    expect((await virtual.send('POST', '/api/v1/nodes', { ...node(name, labels), spec: { taints } })).status).toBe(201);
    expect((await virtual.send('POST', LEASES, lease(name))).status).toBe(201);
    for (const kind of ['secrets', 'configmaps', 'services', `pods?fieldSelector=spec.nodeName%3D${name}`]) {
      expect((await virtual.send('GET', `/api/v1/${kind}`)).status).toBe(200);
    }
    await virtual.send('PATCH', `/api/v1/nodes/${name}/status`, { status: { conditions: [ready('True')] } });
    expect((await admin.send('POST', PODS, pod('batch', name))).status).toBe(201);
    const { body: seen } = await virtual.send('GET', `${PODS}/batch`);
    const status = { ...seen.status, phase: 'Succeeded', startTime: new Date().toISOString() };
    expect((await virtual.send('PUT', `${PODS}/batch/status`, { ...seen, status })).status).toBe(200);
    const gone = { gracePeriodSeconds: 0, preconditions: { uid: seen.metadata.uid } };
    expect((await virtual.send('DELETE', `${PODS}/batch`, gone)).status).toBe(200);
  });
});
