/** The life of nodes with pods on them: maintenance through a drain, failure to the end, nodes that come and go. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { Kubectl } from '../support/kubectl.ts';
import { deploymentManifest } from '../support/manifests.ts';
import { until } from '../support/until.ts';

interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: { nodeName: string };
  status: { phase: string };
}
interface Node {
  metadata: { name: string; uid: string };
  spec: { unschedulable?: boolean };
  status?: { conditions?: { type: string; status: string }[] };
}

const tolerations = ['unreachable', 'not-ready'].map((condition) => ({
  ...{ key: `node.kubernetes.io/${condition}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 2 },
}));
const budget = {
  ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'calm', namespace: 'default' } },
  spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
};
const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;

describe.skipIf(missing !== undefined)(modeTitle('nodes with pods on them'), () => {
  const env = {
    ...{ FLOTILLA_NODE_MONITOR_GRACE_PERIOD: '8s', FLOTILLA_KUBELET_RENEW_INTERVAL: '2s' },
    ...{ FLOTILLA_POD_GC_INTERVAL: '2s', FLOTILLA_POD_GC_QUARANTINE: '4s' },
  };
  const flotilla = useFlotilla({ env });
  let kubectl: Kubectl;
  const list = async <T>(...args: string[]): Promise<T[]> => (await kubectl.json<{ items: T[] }>('get', ...args)).items;
  const pods = async (): Promise<Pod[]> =>
    (await list<Pod>('pods', '-l', 'app=web')).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const settled = (replicas: number, elsewhere: readonly string[] = []) =>
    until(async () => {
      const all = await pods();
      const running = all.filter(
        ({ status, spec }) => status.phase === 'Running' && !elsewhere.includes(spec.nodeName),
      );
      return running.length === replicas && all.length === replicas;
    });
  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
    await kubectl.apply(deploymentManifest('web', 'default', 6, { tolerations }));
    await kubectl.apply(budget);
    await kubectl.run('rollout', 'status', 'deployment/web', '--timeout=60s');
  });
  afterAll(() => kubectl.close());

  it('are cordoned, drained, maintained and uncordoned', async () => {
    const name = (await pods())[0]?.spec.nodeName ?? '';
    await kubectl.run('cordon', name);
    const told = await flotilla().command('drain', name, '--deadline', '90s');
    expect(told).toContain('Completed: 1 of 1 nodes');
    expect(await kubectl.run('get', 'drains')).toMatch(/NAME\s+PHASE\s+DRAINED\s+EVICTED\s+REMAINING\s+BLOCKED\s+AGE/);
    await settled(6, [name]);
    expect(await kubectl.run('get', 'node', name)).toContain('Ready,SchedulingDisabled');
    await kubectl.run('uncordon', name);
    expect((await kubectl.json<Node>('get', 'node', name)).spec.unschedulable).toBeUndefined();
  });

  it('fail, are given up, and are removed; the pool makes new ones', async () => {
    const name = (await pods())[0]?.spec.nodeName ?? '';
    const before = await kubectl.json<Node>('get', 'node', name);
    await kubectl.run('annotate', 'node', name, 'fleet.flotilla.dev/fault=stop-heartbeat');
    await until(async () => !isReady(await kubectl.json<Node>('get', 'node', name)));
    await settled(6, [name]);
    await kubectl.run('delete', 'node', name);
    await until(async () => {
      const now = (await list<Node>('nodes')).find(({ metadata }) => metadata.name === name);
      return now !== undefined && now.metadata.uid !== before.metadata.uid && isReady(now);
    });
    await settled(6);
  });

  it('come and go by the number of the pool, and the pods follow', async () => {
    await flotilla().command('scale', 'default', '--replicas', '14', '--wait');
    await kubectl.run('scale', 'deployment/web', '--replicas=28');
    await settled(28);
    const added = new Set(['default-10', 'default-11', 'default-12', 'default-13']);
    expect((await pods()).some(({ spec }) => added.has(spec.nodeName))).toBe(true);
    await flotilla().command('scale', 'default', '--replicas', '5', '--wait');
    const left = new Set(['default-0', 'default-1', 'default-2', 'default-3', 'default-4']);
    await settled(28);
    await until(async () => (await pods()).every(({ spec }) => left.has(spec.nodeName)));
    await settled(28);
  });

  it('are replaced when the template of their pool changes, as the budget allows', async () => {
    const spec = {
      template: { instanceType: 'bigger' },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
    };
    await kubectl.run('scale', 'deployment/web', '--replicas=6');
    await settled(6);
    await kubectl.run('patch', 'nodepool', 'default', '--type=merge', '-p', JSON.stringify({ spec }));
    await until(
      async () => {
        const nodes = await list<Node>('nodes', '-l', 'node.kubernetes.io/instance-type=bigger');
        return nodes.length === 5 && nodes.every(isReady);
      },
      undefined,
      90_000,
    );
    await settled(6);
    const { status } = await kubectl.json<{ status: { updatedReplicas: number } }>('get', 'nodepool', 'default');
    expect(status.updatedReplicas).toBe(5);
  });

  it('are listed as they were', async () => {
    const raw = async <T>(path: string): Promise<T> => JSON.parse(await kubectl.run('get', '--raw', path)) as T;
    const { metadata } = await raw<{ metadata: { resourceVersion: string } }>('/api/v1/nodes?limit=1');
    const at = metadata.resourceVersion;
    await kubectl.run('label', 'node', 'default-0', 'time=after');
    const past = `resourceVersion=${at}&resourceVersionMatch=Exact`;
    const labelled = await raw<{ items: Node[] }>(`/api/v1/nodes?labelSelector=time%3Dafter&${past}`);
    expect(labelled.items).toEqual([]);
    const then = await raw<{ metadata: { labels: object } }>(`/api/v1/nodes/default-0?${past}`);
    expect(then.metadata.labels).not.toHaveProperty('time');
    const told = await flotilla().command('diff', '--from', at, '--kind', 'nodes');
    expect(told).toMatch(/Node\s+default-0\s+changed\s+.*metadata\.labels\.time/);
  });
});
