/** Pods, services and nodes asked through the API, by `kubectl get --raw` and `kubectl proxy`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { podManifest } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

describe.skipIf(missing !== undefined)(modeTitle('proxies'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `proxies-${minor}`;
    const base = `/api/v1/namespaces/${namespace}`;
    const raw = async (path: string) => JSON.parse(await kubectl.run('get', '--raw', path)) as object;

    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      const readinessProbe = { httpGet: { port: 'http' }, periodSeconds: 1 };
      const ports = [{ name: 'http', containerPort: 8080 }];
      const containers = [{ name: 'main', image: 'busybox', ports, readinessProbe }];
      const items = [
        podManifest('web', namespace, { containers }),
        {
          ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace } },
          spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
        },
        {
          ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'empty', namespace } },
          spec: { selector: { app: 'none' }, ports: [{ port: 80 }] },
        },
      ];
      for (const item of items) {
        await kubectl.apply(item);
      }
      await kubectl.run('wait', '--for=condition=Ready', 'pod/web', '-n', namespace, '--timeout=30s');
    });
    afterAll(() => kubectl.close());

    it('reach a pod by its first port and by another', async () => {
      const answer = { pod: 'web', namespace, port: 8080, method: 'GET' };
      expect(await raw(`${base}/pods/web/proxy/a?b=c`)).toMatchObject({ ...answer, path: '/a?b=c' });
      expect(await raw(`${base}/pods/web:8080/proxy/`)).toMatchObject({ ...answer, path: '/' });
      const shut = await kubectl.outcome(['get', '--raw', `${base}/pods/web:81/proxy/`]);
      expect(shut.stderr).toMatch(/error trying to reach service: dial tcp .*:81: connect: connection refused/);
    });

    it('reach a service through its endpoints, and say when it has none', async () => {
      const ready = async () => (await kubectl.outcome(['get', '--raw', `${base}/services/web/proxy/`])).code === 0;
      await until(ready);
      expect(await raw(`${base}/services/web:80/proxy/x`)).toMatchObject({ pod: 'web', port: 8080, path: '/x' });
      const none = await kubectl.outcome(['get', '--raw', `${base}/services/empty/proxy/`]);
      expect(none.stderr).toContain('no endpoints available for service "empty"');
    });

    it('reach the kubelet of a node: its configuration, its pods, its figures, the logs of its containers', async () => {
      const node = await kubectl.run('get', 'pod', 'web', '-n', namespace, '-o=jsonpath={.spec.nodeName}');
      const text = (page: string) => kubectl.run('get', '--raw', `/api/v1/nodes/${node}/proxy/${page}`);
      expect(await text('healthz')).toBe('ok');
      expect(JSON.parse(await text('configz'))).toMatchObject({ kubeletconfig: { maxPods: 110, port: 10_250 } });
      const { items } = JSON.parse(await text('pods')) as { items: { metadata: { name: string } }[] };
      expect(items.map(({ metadata }) => metadata.name)).toContain('web');
      const { pods } = JSON.parse(await text('stats/summary')) as { pods: { podRef: { name: string } }[] };
      expect(pods.map(({ podRef }) => podRef.name)).toContain('web');
      expect(await text('metrics')).toContain(`kubelet_node_name{node="${node}"} 1`);
      expect(await text('metrics/resource')).toMatch(/container_memory_working_set_bytes\{container="main",.* \d+ \d+/);
      const probed = `namespace="${namespace}",pod="web",pod_uid="[^"]+",probe_type="Readiness",result="successful"`;
      expect(await text('metrics/probes')).toMatch(
        new RegExp(`prober_probe_total\\{container="main",${probed}\\} [1-9]`),
      );
      expect(await text(`containerLogs/${namespace}/web/main?tailLines=1`)).toMatch(/^main: .+\n$/);
      const checkpoint = ['create', '--raw', `/api/v1/nodes/${node}/proxy/checkpoint/${namespace}/web/main`, '-f', '-'];
      expect((await kubectl.outcome(checkpoint, { input: '' })).stderr).toContain(
        `checkpointing of ${namespace}/web/main`,
      );
    });

    it('are what kubectl proxy shows to a browser', async () => {
      const running = kubectl.start(['proxy', '--port=0']);
      await running.printed((text) => /127\.0\.0\.1:\d+/.test(text));
      const [address] = /127\.0\.0\.1:\d+/.exec(running.stdout()) ?? [];
      const answer = await fetch(`http://${address}${base}/pods/web/proxy/page`, { method: 'POST', body: 'x' });
      expect(await answer.json()).toMatchObject({ pod: 'web', method: 'POST', path: '/page' });
      await running.stop();
    });
  });
});
