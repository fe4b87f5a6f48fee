/** Services as kubectl shows them: endpoints and slices follow the pods. */
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advertisedAddress } from '../../../src/bootstrap/api-endpoints.ts';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { deploymentManifest } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

interface Slice {
  metadata: { labels: Record<string, string> };
  endpoints: { addresses: string[]; conditions: { ready: boolean } }[];
  ports: { name: string; port: number }[];
}

describe.skipIf(missing !== undefined)(modeTitle('endpoints'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `endpoints-${minor}`;
    const run = (...args: string[]) => kubectl.run(...args, '-n', namespace);
    const list = async (...args: string[]): Promise<string[]> =>
      (await run('get', ...args)).split(/\s+/).filter(Boolean).sort();
    const podIPs = () => list('pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].status.podIP}');
    const sliceIPs = () => list('endpointslices', '-o', 'jsonpath={.items[*].endpoints[*].addresses[*]}');
    const endpointIPs = () => list('endpoints', '-o', 'jsonpath={.items[*].subsets[*].addresses[*].ip}');
    const settle = (count: number) =>
      until(async () => {
        const [pods, slices, endpoints] = await Promise.all([podIPs(), sliceIPs(), endpointIPs()]);
        return pods.length === count && String(slices) === String(pods) && String(endpoints) === String(pods);
      });
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('of an exposed deployment are its pods, and go with the service', async () => {
      const ports = [{ name: 'http', containerPort: 8080 }];
      const containers = [{ name: 'main', image: 'busybox:1.36', ports }];
      await kubectl.apply(deploymentManifest('web', namespace, 3, { containers }));
      await run('expose', 'deployment', 'web', '--port=80', '--target-port=http');
      await settle(3);
      const { items } = await kubectl.json<{ items: Slice[] }>('get', 'endpointslices', '-n', namespace);
      expect(items).toHaveLength(1);
      expect(items[0]?.ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }]);
      expect(items[0]?.metadata.labels['endpointslice.kubernetes.io/managed-by']).toBe(
        'endpointslice-controller.k8s.io',
      );
      const [first = ''] = await podIPs();
      expect(await run('describe', 'service', 'web')).toMatch(/^Endpoints: +(10\.\S+:8080,?){3}$/m);
      expect(await run('get', 'endpoints', 'web')).toContain(`${first}:8080`);
      expect(await run('get', 'endpointslices')).toMatch(/^web-\S+ +IPv4 +8080 +10\.\S+/m);

      await run('scale', 'deployment/web', '--replicas=1');
      await settle(1);
      await run('delete', 'service', 'web');
      await until(async () => (await list('endpointslices,endpoints', '-o', 'name')).length === 0);
    });

    it('are for their node or their zone where the service says so, with a word where that is impossible', async () => {
      await kubectl.apply(deploymentManifest('near', namespace, 1, {}));
      await run('expose', 'deployment', 'near', '--port=80');
      await run('patch', 'service', 'near', '-p', '{"spec":{"trafficDistribution":"PreferSameNode"}}');
      const path = 'jsonpath={.items[*].endpoints[*].hints.forNodes[*].name}';
      const labelled = ['endpointslices', '-l', 'kubernetes.io/service-name=near', '-o'];
      const [node = ''] = await until(async () => {
        const found = await list(...labelled, path);
        return found.length === 1 ? found : undefined;
      });
      expect(await list('pods', '-l', 'app=near', '-o', 'jsonpath={.items[*].spec.nodeName}')).toEqual([node]);
      await run('annotate', 'service', 'near', 'service.kubernetes.io/topology-mode=Auto');
      await until(async () => (await list(...labelled, path)).length === 0);
      await until(async () => (await run('events', '--for=service/near')).includes('TopologyAwareHintsDisabled'));
      await run('delete', 'service,deployment', 'near');
    });

    it('of the API are where it answers', async () => {
      const { port } = flotilla();
      const address = advertisedAddress('127.0.0.1', networkInterfaces());
      const shown = await kubectl.run('get', 'endpoints,endpointslices', '-n', 'default', '-o', 'wide');
      expect([
        shown.includes('endpoints/kubernetes '),
        shown.includes('endpointslice.discovery.k8s.io/kubernetes '),
      ]).toEqual([address !== undefined, address !== undefined]);
      expect(shown).toContain(address === undefined ? '' : `${address}:${port}`);
    });

    it('of a service without a selector are whatever others say, and mirrored', async () => {
      const metadata = { name: 'outside', namespace };
      await kubectl.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } });
      const subsets = [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }];
      await kubectl.apply({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets });
      await kubectl.apply(deploymentManifest('other', namespace, 1));
      await run('rollout', 'status', 'deployment/other', '--timeout=30s');
      expect(await run('get', 'endpoints', 'outside')).toContain('192.0.2.1:80');
      const columns = 'BY:.metadata.labels.endpointslice\\.kubernetes\\.io/managed-by,A:.endpoints[*].addresses[*]';
      const shown = () => list('endpointslices', '--no-headers', '-o', `custom-columns=${columns}`);
      await until(
        async () => (await shown()).length > 0,
        () => 'no mirror was made',
      );
      expect(await shown()).toEqual(['192.0.2.1', 'endpointslicemirroring-controller.k8s.io']);
    });
  });
});
