/** Nodes of others, from the bootstrap token to the first pod, by the requests of a kubelet and a Virtual Kubelet. */
import { afterAll, describe, expect, it } from 'vitest';
import { missing, modeTitle } from '../../support/fleet.ts';
import {
  ask,
  issued,
  KUBELET,
  LEASES,
  lease,
  node,
  REQUESTS,
  ready,
  refused,
  SERVING,
  USAGES,
  useJoiningNode,
} from '../../support/joining-node.ts';
import { until } from '../../support/until.ts';

const NODE = 'rack-1';
const SECRETS = '/api/v1/namespaces/joining/secrets';

describe.skipIf(missing !== undefined)(modeTitle('nodes of others'), () => {
  const { client, joined, pod, pods } = useJoiningNode(NODE, 'joining', 'abcdef');
  afterAll(async () => {
    await joined().admin.send('DELETE', '/api/v1/nodes/virtual-1');
  });

  it('join, renew their lease, tell their status and run their pods', async () => {
    const { admin, kubelet } = joined();
    expect((await kubelet.send('GET', `/api/v1/nodes/${NODE}`)).status).toBe(404);
    const made = await kubelet.send('POST', '/api/v1/nodes', node(NODE));
    expect(made.status).toBe(201);
    expect(made.body.spec.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
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
    expect((await admin.send('POST', pods, pod('web', NODE, 'keys'))).status).toBe(201);
    const mine = await kubelet.send('GET', `/api/v1/pods?fieldSelector=spec.nodeName%3D${NODE}&limit=500`);
    // Pods of other tests that wait for a node may be bound to this one as soon as it is ready.
    const names = mine.body.items.map((one: { metadata: { namespace: string; name: string } }) => one.metadata);
    expect(names.filter(({ namespace }: { namespace: string }) => namespace === 'joining')).toEqual([
      expect.objectContaining({ name: 'web' }),
    ]);
    expect((await kubelet.send('GET', `${SECRETS}/keys`)).status).toBe(200);
    const running = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], podIP: '10.9.0.2' };
    expect((await kubelet.send('PATCH', `${pods}/web/status`, { status: running })).status).toBe(200);
    expect((await kubelet.send('GET', `${pods}/web`)).body.status.phase).toBe('Running');
    await admin.send('DELETE', `${pods}/web`);
    expect((await kubelet.send('DELETE', `${pods}/web`, { gracePeriodSeconds: 0 })).status).toBe(200);
    expect((await admin.send('GET', `${pods}/web`)).status).toBe(404);
  });

  it('rotate their certificate, for themselves alone', async () => {
    const { admin, kubelet } = joined();
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

  it('of a Virtual Kubelet work with a service account', async () => {
    const { admin } = joined();
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
    expect((await admin.send('POST', pods, pod('batch', name))).status).toBe(201);
    const { body: seen } = await virtual.send('GET', `${pods}/batch`);
    const status = { ...seen.status, phase: 'Succeeded', startTime: new Date().toISOString() };
    expect((await virtual.send('PUT', `${pods}/batch/status`, { ...seen, status })).status).toBe(200);
    const gone = { gracePeriodSeconds: 0, preconditions: { uid: seen.metadata.uid } };
    expect((await virtual.send('DELETE', `${pods}/batch`, gone)).status).toBe(200);
  });
});
