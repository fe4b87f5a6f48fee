/**
 * Two processes that run all controllers, each killed in the midst of what it writes: while nodes are drained, replaced
 * and failed by order. Seen by one watch: never two pods where one was asked for, never an eviction beyond the budget.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle } from '../support/fleet.ts';
import type { FlotillaProcess } from '../support/flotilla.ts';
import { Kubectl } from '../support/kubectl.ts';
import { brokenPromises, type PromisedPod } from '../support/pod-promises.ts';
import { type RoleFleet, startRoleFleet } from '../support/role-fleet.ts';
import { until } from '../support/until.ts';
import { recordWatch, type WatchRecorder } from '../support/watch-recorder.ts';

const REPLICAS = 12;
const MIN_AVAILABLE = 10;
const template = (app: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image: 'busybox:1.36' }], terminationGracePeriodSeconds: 1 },
});
const workload = (kind: string, app: string, spec: object) => ({
  ...{ apiVersion: 'apps/v1', kind, metadata: { name: app, namespace: 'default' } },
  spec: { ...spec, selector: { matchLabels: { app } }, template: template(app) },
});

describe.skipIf(missing !== undefined)(modeTitle('two processes that run all controllers'), () => {
  let fleet: RoleFleet;
  let kubectl: Kubectl;
  let pods: WatchRecorder<PromisedPod>;
  beforeAll(async () => {
    fleet = await startRoleFleet();
    const [api] = fleet.apis;
    kubectl = await Kubectl.create(34, await fleet.kubeconfig(api));
    await kubectl.run('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=60s');
    pods = await recordWatch<PromisedPod>(await fleet.access(api), '/api/v1/namespaces/default/pods');
    await kubectl.apply(workload('Deployment', 'web', { replicas: REPLICAS }));
    await kubectl.apply(workload('DaemonSet', 'agent', {}));
    await kubectl.apply({
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'default' } },
      spec: { minAvailable: MIN_AVAILABLE, selector: { matchLabels: { app: 'web' } } },
    });
    await settled();
  });
  afterAll(async () => {
    await pods?.stop();
    await kubectl?.close();
    await fleet?.close();
  });

  const settled = async (): Promise<void> => {
    await kubectl.run('rollout', 'status', 'deployment/web', '--timeout=90s');
    await kubectl.run('rollout', 'status', 'daemonset/agent', '--timeout=90s');
  };
  const taken = (): number =>
    new Set(
      pods.events
        .filter(({ object: { metadata } }) => metadata.labels?.['app'] === 'web' && metadata.deletionTimestamp)
        .map(({ object }) => object.metadata.uid),
    ).size;
  /** Each of them once, at its time: the second during the start of the first, after which it may be too late. */
  const killEach = async (itsTime: () => Promise<unknown>): Promise<void> => {
    const starts: Promise<unknown>[] = [];
    for (const victim of fleet.controllers as readonly FlotillaProcess[]) {
      await itsTime();
      await victim.kill('SIGKILL');
      starts.push(victim.start());
    }
    await Promise.all(starts);
  };
  /** While pods are being taken. */
  const killBoth = (): Promise<void> =>
    killEach(() => {
      const before = taken();
      return until(() => taken() > before, fleet.output, 90_000);
    });
  const field = (what: string, path: string): Promise<string> => kubectl.run('get', what, '-o', `jsonpath={${path}}`);

  it('drain nodes, and the budget is kept', async () => {
    const names = [...new Set(pods.events.map(({ object }) => object.spec.nodeName))].filter(Boolean).slice(0, 6);
    await kubectl.apply({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Drain', metadata: { name: 'half' } },
      spec: { nodeNames: names, parallelism: 3, ignoreDaemonSets: true },
    });
    await killBoth();
    await until(async () => (await field('drain/half', '.status.phase')) === 'Completed', fleet.output, 120_000);
    await kubectl.run('uncordon', ...(names as string[]));
    await settled();
    expect(brokenPromises(pods.events, REPLICAS, MIN_AVAILABLE)).toEqual([]);
  });

  it('replace the nodes of a pool, and the budget is kept', async () => {
    const spec = {
      template: { instanceType: 'next' },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 3 } },
    };
    const total = await field('nodepool/default', '.spec.replicas');
    await kubectl.run('patch', 'nodepool', 'default', '--type=merge', '-p', JSON.stringify({ spec }));
    await killBoth();
    const counts = '.status.updatedReplicas}/{.status.readyReplicas}/{.status.replicas';
    const progress = (): Promise<string> =>
      field('nodepool/default', `.metadata.generation}={.status.observedGeneration} {${counts}`);
    const isOver = (text: string): boolean => /^(\d+)=\1 /.test(text) && text.endsWith(` ${total}/${total}/${total}`);
    await until(async () => isOver(await progress()), fleet.output, 180_000);
    const types = await field('nodes', '.items[*].metadata.labels.node\\.kubernetes\\.io/instance-type');
    expect(types.split(' ')).toEqual(Array.from({ length: Number(total) }, () => 'next'));
    await settled();
    expect(brokenPromises(pods.events, REPLICAS, MIN_AVAILABLE)).toEqual([]);
  });

  it('begin and end a fault, whoever of them lives', async () => {
    await kubectl.apply({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata: { name: 'short' } },
      spec: { type: 'Partition', pool: 'default', share: '20%', durationSeconds: 20 },
    });
    await killEach(() =>
      until(async () => (await field('fault/short', '.status.phase')) === 'Active', fleet.output, 60_000),
    );
    await until(async () => (await field('fault/short', '.status.phase')) === 'Ended', fleet.output, 90_000);
    await kubectl.run('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=60s');
    await settled();
    expect(brokenPromises(pods.events, REPLICAS, MIN_AVAILABLE)).toEqual([]);
  });
});
