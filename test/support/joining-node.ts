/** What kubelets of others (client-go, 1.34) and Virtual Kubelets send, and one of them that has its certificate. */
import { afterAll, beforeAll, expect } from 'vitest';
import { ApiClient, type Credentials } from './api-client.ts';
import { useFlotilla } from './fleet.ts';
import { certificateRequest } from './new-certificate-request.ts';
import { until } from './until.ts';

export const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
export const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
export const KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet';
export const SERVING = 'kubernetes.io/kubelet-serving';
export const USAGES = ['digital signature', 'client auth'];

export const ready = (status: string) => ({
  ...{ type: 'Ready', status, reason: 'KubeletReady', message: 'kubelet is posting ready status' },
  ...{ lastHeartbeatTime: new Date().toISOString(), lastTransitionTime: new Date().toISOString() },
});
export const node = (name: string, labels: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } } },
  status: { capacity: { cpu: '4', memory: '8Gi', pods: '10' }, allocatable: { cpu: '4', memory: '8Gi', pods: '10' } },
});
export const lease = (name: string) => ({
  ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: 'kube-node-lease' } },
  spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: new Date().toISOString().replace('Z', '000Z') },
});
const podIn = (namespace: string, name: string, nodeName: string, secretName?: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } },
  spec: {
    nodeName,
    containers: [{ name: 'main', image: 'busybox' }],
    ...(secretName === undefined ? {} : { volumes: [{ name: 'keys', secret: { secretName } }] }),
  },
});

export const addToken = async (admin: ApiClient, id: string, more: object = {}): Promise<string> => {
  const stringData = { 'token-id': id, 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };
  const metadata = { name: `bootstrap-token-${id}`, namespace: 'kube-system' };
  await admin.send('POST', '/api/v1/namespaces/kube-system/secrets', {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token', metadata },
    stringData: { ...stringData, ...more },
  });
  return `${id}.0123456789abcdef`;
};

export const ask = async (from: ApiClient, name: string, subject: string, usages = USAGES, signerName = KUBELET) => {
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

export const issued = async (from: ApiClient, name: string): Promise<string> => {
  let certificate = '';
  await until(async () => {
    const { body } = await from.send('GET', `${REQUESTS}?fieldSelector=metadata.name%3D${name}&limit=500`);
    certificate = body.items?.[0]?.status?.certificate ?? '';
    return certificate !== '';
  });
  return Buffer.from(certificate, 'base64').toString();
};

export const refused = async (by: ApiClient, method: string, path: string, body?: object): Promise<string> => {
  const answer = await by.send(method, path, body);
  expect([answer.status, answer.body.reason]).toEqual([403, 'Forbidden']);
  return answer.body.message;
};

/** `node` may make itself a node; files that share a server differ in all three names. */
export function useJoiningNode(node: string, namespace: string, token: string) {
  const flotilla = useFlotilla();
  const open: ApiClient[] = [];
  let made: { readonly admin: ApiClient; readonly kubelet: ApiClient; readonly aNodeOfOurs: string };

  const client = async (credentials: Credentials): Promise<ApiClient> => {
    const opened = new ApiClient(await flotilla().access(), credentials);
    open.push(opened);
    return opened;
  };
  beforeAll(async () => {
    const admin = await client({ token: (await flotilla().access()).token });
    await admin.send('POST', '/api/v1/namespaces', {
      ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    });
    const { body } = await admin.send('GET', '/api/v1/nodes?limit=1');
    const joining = await client({ token: await addToken(admin, token) });
    const who = await joining.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    expect(who.body.status.userInfo.username).toBe(`system:bootstrap:${token}`);
    const { key } = await ask(joining, `csr-of-${node}`, `/O=system:nodes/CN=system:node:${node}`);
    const kubelet = await client({ key, cert: await issued(joining, `csr-of-${node}`) });
    made = { admin, kubelet, aNodeOfOurs: body.items[0].metadata.name };
  });
  afterAll(async () => {
    await made.admin.send('DELETE', `/api/v1/nodes/${node}`);
    await made.admin.send('DELETE', `/api/v1/namespaces/${namespace}`);
    await Promise.all(open.map((each) => each.close()));
  });
  return {
    client,
    joined: () => made,
    pods: `/api/v1/namespaces/${namespace}/pods`,
    pod: (name: string, nodeName: string, secretName?: string) => podIn(namespace, name, nodeName, secretName),
  };
}
