/** What a pod asks of its sandbox and its containers, as a runtime gets it. */
import { describe, expect, it } from 'vitest';
import { KUBELET_DEFAULTS } from '../values/kubelet-configuration/configuration.ts';
import { containerSecurity } from './container-security.ts';
import type { Node } from './node.ts';
import type { NodeSettings } from './node-settings.ts';
import type { Pod, PodSpec } from './pod.ts';
import { podDns } from './pod-dns.ts';
import { pullCredentials, registryOf } from './pull-credentials.ts';
import { sandboxSpec } from './sandbox-spec.ts';

const podOf = (spec: Partial<PodSpec>): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', uid: 'u' } },
  spec: { containers: [{ name: 'main' }], ...spec },
});
const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'n' } };
const settings = { configuration: KUBELET_DEFAULTS } as unknown as NodeSettings;

describe('the security of a container', () => {
  it("is its own before the pod's", () => {
    const pod = podOf({ securityContext: { runAsUser: 1, runAsGroup: 2, seccompProfile: { type: 'RuntimeDefault' } } });
    const container = { name: 'main', securityContext: { runAsUser: 3, capabilities: { drop: ['ALL'] } } };
    expect(containerSecurity(container, pod)).toEqual({
      ...{ runAsUser: 3, runAsGroup: 2, seccomp: { type: 'RuntimeDefault' } },
      capabilities: { add: [], drop: ['ALL'] },
    });
    expect(containerSecurity({ name: 'main' }, podOf({}))).toEqual({});
    const byDefault = { seccompDefault: true };
    expect(containerSecurity({ name: 'main' }, podOf({}), byDefault)).toEqual({ seccomp: { type: 'RuntimeDefault' } });
    const own = { name: 'main', securityContext: { seccompProfile: { type: 'Unconfined' } } };
    expect(containerSecurity(own, podOf({}), byDefault)).toEqual({ seccomp: { type: 'Unconfined' } });
  });
});

describe('the name servers of a pod', () => {
  const cluster = { ...KUBELET_DEFAULTS, clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local' };
  it.each([
    [{}, ['10.96.0.10'], ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'], ['ndots:5']],
    [{ dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } }, ['1.1.1.1'], [], []],
    [
      { dnsConfig: { searches: ['a'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] } },
      ['10.96.0.10'],
      ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'a'],
      ['ndots:2', 'edns0'],
    ],
  ])('of %j', (spec, servers, searches, options) => {
    expect(podDns(podOf(spec), cluster)).toEqual({ servers, searches, options });
  });

  it("are the host's where nothing else is said", () => {
    expect(podDns(podOf({}), KUBELET_DEFAULTS)).toBeUndefined();
    expect(podDns(podOf({ hostNetwork: true }), cluster)).toBeUndefined();
    expect(podDns(podOf({ dnsPolicy: 'Default' }), cluster)).toBeUndefined();
  });
});

describe('the sandbox of a pod', () => {
  it('has the handler of its RuntimeClass, and cannot be made without the class', async () => {
    const pod = podOf({
      runtimeClassName: 'crun',
      hostname: 'h',
      containers: [{ name: 'a', ports: [{ containerPort: 80, hostPort: 8080 }] }],
    });
    const made = await sandboxSpec({
      pod,
      node,
      settings,
      readRuntimeClass: async () => ({ handler: 'crun' }) as never,
    });
    const hostPorts = [{ containerPort: 80, hostPort: 8080, hostIP: '', protocol: 'TCP' }];
    expect(made).toMatchObject({ runtimeHandler: 'crun', hostname: 'h', hostPorts });
    const without = sandboxSpec({ pod, node, settings, readRuntimeClass: async () => undefined });
    await expect(without).rejects.toThrow('failed to get sandbox runtime: runtimeclass.node.k8s.io "crun" not found');
  });
});

describe('the full name of a pod', () => {
  const configuration = { ...KUBELET_DEFAULTS, clusterDomain: 'cluster.local' };
  const named = (spec: Partial<PodSpec>) =>
    sandboxSpec({
      ...{ pod: podOf(spec), node, readRuntimeClass: async () => undefined },
      settings: { configuration } as unknown as NodeSettings,
    });

  it('has its subdomain, and may be its host name', async () => {
    expect(await named({ hostname: 'h' })).not.toHaveProperty('domain');
    expect(await named({ setHostnameAsFQDN: true })).not.toHaveProperty('isFullyNamed');
    const domain = 'sub.shop.svc.cluster.local';
    expect(await named({ subdomain: 'sub' })).toMatchObject({ domain });
    expect(await named({ subdomain: 'sub', setHostnameAsFQDN: true })).toMatchObject({ domain, isFullyNamed: true });
  });

  it('keeps a pod from being made where the kernel has no room for it', async () => {
    const long = { hostname: 'h'.repeat(40), subdomain: 'sub' };
    expect(await named(long)).not.toHaveProperty('isFullyNamed');
    await expect(named({ ...long, setHostnameAsFQDN: true })).rejects.toThrow(
      'sub.shop.svc.cluster.local is too long (64 characters is the max, 67 characters requested)',
    );
  });
});

it('a sandbox has the limits of its node, where the node has any', async () => {
  const limited = (more: object) =>
    sandboxSpec({
      ...{ pod: podOf({}), node, readRuntimeClass: async () => undefined },
      settings: { configuration: { ...KUBELET_DEFAULTS, ...more } } as unknown as NodeSettings,
    });
  const none = await limited({ podPidsLimit: -1 });
  expect([none.pidsLimit, none.logs]).toEqual([undefined, undefined]);
  expect(await limited({ podPidsLimit: 50, containerLogMaxSize: '1Mi' })).toMatchObject({
    ...{ pidsLimit: 50, logs: { maxBytes: 1_048_576, maxFiles: 5 } },
  });
  expect(await limited({ containerLogMaxFiles: 3 })).toMatchObject({ logs: { maxBytes: 10_485_760, maxFiles: 3 } });
});

describe('pull secrets', () => {
  const secret = (auths: object) => ({
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  });
  const credentials = async (auths: object, image: string) => {
    const pod = podOf({ imagePullSecrets: [{ name: 's' }, { name: 'gone' }] });
    const told: string[] = [];
    const read = async (_kind: string, name: string) => (name === 's' ? (secret(auths) as never) : undefined);
    const found = await pullCredentials(pod, image, read, (_type, _reason, message) => told.push(message));
    return { found, told };
  };

  it('open the registries that they name, the longest name first', async () => {
    const auth = Buffer.from('me:pa:ss').toString('base64');
    const { found, told } = await credentials(
      {
        'https://r.example:5000/v2/': { auth },
        'r.example:5000/team': { username: 'team', password: 'x' },
        other: { auth },
      },
      'r.example:5000/team/app:1',
    );
    expect(found).toEqual([
      { registry: 'r.example:5000', username: 'me', password: 'pa:ss' },
      { registry: 'r.example:5000', username: 'team', password: 'x' },
    ]);
    expect(told[0]).toBe(
      'Unable to retrieve some image pull secrets (gone); attempting to pull the image may not succeed.',
    );
  });

  it('know Docker Hub by its old name, and stars', async () => {
    expect(registryOf('busybox')).toEqual({ host: 'docker.io', path: 'docker.io/busybox' });
    expect((await credentials({ 'https://index.docker.io/v1/': { username: 'a' } }, 'busybox')).found).toHaveLength(1);
    expect((await credentials({ '*.example': { username: 'a' } }, 'r.example/x')).found).toHaveLength(1);
    expect((await credentials({ '*.example': { username: 'a' } }, 'a.b.example/x')).found).toHaveLength(0);
  });
});
