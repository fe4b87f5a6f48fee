/** Workloads are whole again within 60 s of the end of what befell their nodes, and lose nothing to a node that flaps. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../test/support/fleet-world.ts';
import { DAEMON_SETS, DEPLOYMENTS, daemonSet, deployment } from '../../test/support/workloads.ts';
import { CONTROLLERS } from './index.ts';
import { controllerOf } from './owner-references.ts';

const JOBS = 'jobs.batch';
const POOLS = 'nodepools.fleet.flotilla.dev';
const NODES = 5;
const REPLICAS = 6;
const PARALLELISM = 2;
const COMPLETIONS = 50;
/** How long a pod of the Job takes. */
const RUN_MS = 10_000;
const NAMES = ['nodepool', 'scheduler', 'replicaset', 'deployment', 'daemonset', 'job', 'node-lifecycle']
  .concat(['taint-eviction', 'pod-gc', 'garbage-collector'])
  .map((name) => `controller/${name}`);

const bearing = (tolerationSeconds: number) =>
  ['unreachable', 'not-ready'].map((key) => ({
    ...{ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds },
  }));
const containers = [{ name: 'c', image: 'v1' }];
const job = (tolerations: ReturnType<typeof bearing>) => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'sum', namespace: 'default' } },
  spec: {
    ...{ parallelism: PARALLELISM, completions: COMPLETIONS, backoffLimit: 1_000, completionMode: 'NonIndexed' },
    selector: { matchLabels: { job: 'sum' } },
    template: { metadata: { labels: { job: 'sum' } }, spec: { restartPolicy: 'Never', containers, tolerations } },
  },
});
const isActive = ({ metadata, status }: Loose): boolean =>
  metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(status?.phase);

async function world(seed: number, tolerationSeconds: number): Promise<FleetWorld> {
  const fleet = new FleetWorld(
    CONTROLLERS.filter(({ name }) => NAMES.includes(name)),
    seed,
  );
  fleet.startPod = ({ metadata }) => {
    const isYoung = fleet.clock.now() - Date.parse(metadata.creationTimestamp ?? '') < RUN_MS;
    return metadata.labels?.['job'] === undefined ? 'Running' : isYoung ? 'Pending' : 'Succeeded';
  };
  await fleet.start();
  fleet.add(POOLS, {
    ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'p' } },
    spec: { replicas: NODES, template: { zones: ['a', 'b'] } },
  });
  await fleet.advance(3_000);
  const tolerations = bearing(tolerationSeconds);
  const web = deployment('web', REPLICAS);
  web.spec.template.spec = { containers, tolerations } as never;
  fleet.add(DEPLOYMENTS, web);
  fleet.add(DAEMON_SETS, daemonSet('agent'));
  fleet.add(JOBS, job(tolerations));
  await fleet.advance(70_000);
  return fleet;
}

function state(fleet: FleetWorld) {
  const nodes = new Set(fleet.all('nodes').map(({ metadata }) => metadata.name));
  const pods = fleet.all('pods').filter((pod) => isActive(pod) && nodes.has(pod.spec.nodeName));
  const of = (kind: string): Loose[] => pods.filter((pod) => controllerOf(pod)?.kind === kind);
  const running = (kind: string): Loose[] => of(kind).filter(({ status }) => status?.phase === 'Running');
  return {
    nodes: nodes.size,
    web: running('ReplicaSet').length,
    agents: new Set(running('DaemonSet').map(({ spec }) => spec.nodeName)).size,
    workers: of('Job').length,
  };
}
const whole = (fleet: FleetWorld) => {
  const left = COMPLETIONS - (fleet.get(JOBS, 'sum')?.status?.succeeded ?? 0);
  return { nodes: NODES, web: REPLICAS, agents: NODES, workers: Math.min(PARALLELISM, left) };
};

const step = fc.record({
  act: fc.constantFrom('kill', 'kill', 'heal', 'delete', 'restart'),
  node: fc.nat(NODES - 1),
  wait: fc.constantFrom(500, 5_000, 20_000, 70_000),
});

test('a Deployment, a DaemonSet and a Job are whole 60 s after the last fault', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000), fc.array(step, { minLength: 2, maxLength: 8 }), async (seed, steps) => {
      const fleet = await world(seed, 5);
      try {
        expect(state(fleet)).toEqual(whole(fleet));
        for (const { act, node, wait } of steps) {
          const name = `p-${node}`;
          const acts: Readonly<Record<string, () => unknown>> = {
            kill: () => fleet.deadNodes.add(name),
            heal: () => fleet.deadNodes.delete(name),
            delete: () => fleet.get('nodes', name) !== undefined && fleet.delete('nodes', '', name),
            restart: () => fleet.restart(),
          };
          await acts[act]?.();
          await fleet.advance(wait);
        }
        fleet.deadNodes.clear();
        await fleet.advance(60_000);
        expect(state(fleet)).toEqual(whole(fleet));
        await fleet.advance((COMPLETIONS / PARALLELISM) * RUN_MS * 2, 2_000);
        expect(fleet.get(JOBS, 'sum')?.status).toMatchObject({ succeeded: COMPLETIONS });
      } finally {
        fleet.stop();
      }
    }),
    { numRuns: 6, seed: 20_261_127, endOnFailure: true },
  );
});

test('a node that flaps for less than its pods tolerate loses none, and one that flaps for longer all, once each time', async () => {
  for (const [tolerated, isSpared] of [
    [300, true],
    [5, false],
  ] as const) {
    const fleet = await world(1, tolerated);
    const here = () =>
      fleet.all('pods').filter((pod) => pod.spec.nodeName === 'p-1' && controllerOf(pod)?.kind === 'ReplicaSet');
    const uids = () => here().map(({ metadata }) => metadata.uid);
    const before = uids();
    expect(before.length).toBeGreaterThan(0);
    for (let round = 0; round < 5; round += 1) {
      fleet.deadNodes.add('p-1');
      await fleet.advance(75_000);
      expect(fleet.get('nodes', 'p-1')?.spec.taints?.length).toBeGreaterThan(0);
      fleet.deadNodes.delete('p-1');
      await fleet.advance(25_000);
      expect(fleet.get('nodes', 'p-1')?.spec?.taints ?? []).toEqual([]);
      expect(state(fleet)).toEqual(whole(fleet));
    }
    expect(uids().filter((uid) => before.includes(uid))).toEqual(isSpared ? before : []);
    expect(fleet.errors).toEqual([]);
    fleet.stop();
  }
});
