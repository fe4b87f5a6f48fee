/** A node that stops to report is noticed, given up, and its pods run elsewhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { Kubectl } from '../support/kubectl.ts';
import { deploymentManifest } from '../support/manifests.ts';
import { until } from '../support/until.ts';

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName: string };
  status: { phase: string; conditions?: { type: string; status: string }[] };
}
interface Node {
  spec: { taints?: { key: string; effect: string }[] };
  status: { conditions: { type: string; status: string; reason: string }[] };
}

const tolerance = ['unreachable', 'not-ready'].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 2,
}));

describe.skipIf(missing !== undefined)(modeTitle('a node that stops its heartbeat'), () => {
  // The defaults of Kubernetes would make this test a minute long.
  const env = { FLOTILLA_NODE_MONITOR_GRACE_PERIOD: '8s', FLOTILLA_KUBELET_RENEW_INTERVAL: '2s' };
  const flotilla = useFlotilla({ env });
  let kubectl: Kubectl;
  const pods = async (): Promise<Pod[]> =>
    (await kubectl.json<{ items: Pod[] }>('get', 'pods', '-l', 'app=mobile')).items;
  const node = (name: string): Promise<Node> => kubectl.json<Node>('get', 'node', name);
  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
  });
  afterAll(() => kubectl.close());

  it('becomes Unknown and tainted, and its pods run elsewhere; it recovers when the fault is taken away', async () => {
    await kubectl.apply(deploymentManifest('mobile', 'default', 6, { tolerations: tolerance }));
    await kubectl.run('rollout', 'status', 'deployment/mobile', '--timeout=30s');
    const lost = (await pods())[0]?.spec.nodeName ?? '';
    await kubectl.run('annotate', 'node', lost, 'fleet.flotilla.dev/fault=stop-heartbeat');

    await until(async () => {
      const { conditions } = (await node(lost)).status;
      return conditions.some(
        ({ type, status, reason }) => type === 'Ready' && status === 'Unknown' && reason === 'NodeStatusUnknown',
      );
    });
    expect(await kubectl.run('get', 'node', lost)).toContain('NotReady');
    await until(async () => {
      const taints = (await node(lost)).spec.taints ?? [];
      const effects = taints.filter(({ key }) => key === 'node.kubernetes.io/unreachable').map(({ effect }) => effect);
      return ['NoExecute', 'NoSchedule'].every((effect) => effects.includes(effect));
    });
    await until(async () => {
      const running = (await pods()).filter(
        ({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase === 'Running',
      );
      return running.length === 6 && running.every(({ spec }) => spec.nodeName !== lost);
    });

    await kubectl.run('annotate', 'node', lost, 'fleet.flotilla.dev/fault-');
    await kubectl.run('wait', '--for=condition=Ready', `node/${lost}`, '--timeout=30s');
    await until(async () => ((await node(lost)).spec.taints ?? []).length === 0);
    // The pods that it still had when it came back are gone, and nobody runs twice.
    await until(async () => (await pods()).length === 6);
  });
});
