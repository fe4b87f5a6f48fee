/**
 * Random sequences of what happens to a fleet: nodes die and come back, workloads and pools are scaled, templates
 * change, nodes are drained, cordoned, partitioned by Faults and deleted, the control plane restarts. Whatever the order: never more pods than
 * were asked for, never an eviction beyond a budget, and everything converges once the faults are over. In half of the
 * runs writes of all controllers fail meanwhile, before or after they took effect.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breakWrites } from '../../test/support/break-writes.ts';
import { FleetWorld, type Loose } from '../../test/support/fleet-world.ts';
import { DEPLOYMENTS, deployment, SETS } from '../../test/support/workloads.ts';
import { CONTROLLERS } from './index.ts';
import { controllerOf } from './owner-references.ts';

const POOLS = 'nodepools.fleet.flotilla.dev';
const DRAINS = 'drains.fleet.flotilla.dev';
const FAULTS = 'faults.fleet.flotilla.dev';
const BUDGETS = 'poddisruptionbudgets.policy';
const USED = new Set(
  [
    'nodepool',
    'drain',
    'fault',
    'scheduler',
    'replicaset',
    'deployment',
    'disruption',
    'stale-disruption',
    'node-lifecycle',
  ]
    .concat(['taint-eviction', 'pod-gc', 'garbage-collector'])
    .map((name) => `controller/${name}`),
);
const TOLERANCE = ['unreachable', 'not-ready'].map((key) => ({
  ...{ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
}));
const MIN_AVAILABLE = 2;

type Step =
  | { readonly do: 'kill' | 'heal' | 'cordon' | 'delete'; readonly node: number }
  | { readonly do: 'scale' | 'pool' | 'template'; readonly to: number }
  | { readonly do: 'drain'; readonly node: number; readonly parallelism: number }
  | { readonly do: 'fault'; readonly share: number; readonly seconds: number }
  | { readonly do: 'cancel' | 'restart' };

const node = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('kill' as const, 'heal' as const, 'cordon' as const, 'delete' as const), node }),
  fc.record({
    do: fc.constantFrom('scale' as const, 'pool' as const, 'template' as const),
    to: fc.integer({ min: 3, max: 6 }),
  }),
  fc.record({ do: fc.constant('drain' as const), node, parallelism: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    do: fc.constant('fault' as const),
    share: fc.integer({ min: 10, max: 60 }),
    seconds: fc.integer({ min: 20, max: 120 }),
  }),
  fc.record({ do: fc.constantFrom('cancel' as const, 'restart' as const) }),
);

const isActive = ({ metadata, status }: Loose): boolean =>
  metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(status?.phase);
const isReady = ({ status }: Loose): boolean =>
  status?.conditions?.some((one: { type: string; status: string }) => one.type === 'Ready' && one.status === 'True');

class Scenario {
  readonly fleet: FleetWorld;
  readonly broken: string[] = [];
  #isBroken = false;
  #drains = 0;
  #faults = 0;

  constructor(seed: number) {
    this.fleet = new FleetWorld(
      CONTROLLERS.filter(({ name }) => USED.has(name)),
      seed,
    );
    breakWrites(
      this.fleet.registry,
      () => this.fleet.random.next(),
      () => this.#isBroken,
    );
    this.fleet.onWrite = (id, object) => id === 'pods' && this.#checkCount(object);
    this.fleet.onEvict = (pod) => this.#checkBudget(pod);
  }

  #pods = (): Loose[] => this.fleet.all('pods');

  /** At the moment a pod is made, its set has no more than it asks for. */
  #checkCount(pod: Loose | undefined): void {
    const owner = pod === undefined ? undefined : controllerOf(pod);
    if (pod === undefined || owner === undefined || pod.spec.nodeName !== undefined || pod.status !== undefined) {
      return;
    }
    const wanted = this.fleet.get(SETS, owner.name)?.spec.replicas ?? 0;
    const there = this.#pods().filter((one) => isActive(one) && controllerOf(one)?.uid === owner.uid).length;
    if (there > wanted) {
      this.broken.push(`${there} pods of ${owner.name}, which asks for ${wanted}`);
    }
  }

  /** After it, the budget still has what it asks for: pods that fail by themselves are not the eviction's fault. */
  #checkBudget(pod: Loose): void {
    const left = this.#pods().filter(
      (one) => isActive(one) && isReady(one) && one.metadata.uid !== pod.metadata.uid,
    ).length;
    if (isReady(pod) && isActive(pod) && left < MIN_AVAILABLE) {
      this.broken.push(`${pod.metadata.name} was evicted, which left ${left}`);
    }
  }

  async begin(): Promise<void> {
    const { fleet } = this;
    await fleet.start();
    fleet.add(POOLS, {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'p' } },
      spec: { replicas: 4, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } },
    });
    await fleet.advance(3_000);
    const web = deployment('web', 4);
    web.spec.template.spec = { containers: [{ name: 'c', image: 'v1' }], tolerations: TOLERANCE } as never;
    fleet.add(DEPLOYMENTS, web);
    fleet.add(BUDGETS, {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'calm', namespace: 'default' } },
      spec: { minAvailable: MIN_AVAILABLE, selector: { matchLabels: { app: 'web' } } },
    });
    await fleet.advance(70_000);
  }

  breakWrites(isBroken: boolean): void {
    this.#isBroken = isBroken;
  }

  async take(one: Step): Promise<void> {
    const { fleet } = this;
    const nodes = fleet.all('nodes').map(({ metadata }) => metadata.name);
    const name = 'node' in one ? (nodes[one.node % Math.max(1, nodes.length)] ?? 'p-0') : '';
    const known = fleet.get('nodes', name) !== undefined;
    const scale = (to: number): void =>
      fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => {
        spec.replicas = to;
      });
    const acts: Readonly<Record<Step['do'], (this: void) => unknown>> = {
      kill: () => fleet.deadNodes.add(name),
      heal: () => fleet.deadNodes.delete(name),
      cordon: () => known && this.#edit('nodes', name, { unschedulable: true }),
      delete: () => known && fleet.delete('nodes', '', name),
      scale: () => 'to' in one && scale(one.to),
      pool: () => 'to' in one && this.#edit(POOLS, 'p', { replicas: one.to }),
      template: () => 'to' in one && this.#edit(POOLS, 'p', { template: { instanceType: `t${one.to}` } }),
      drain: () => 'parallelism' in one && this.#drain(name, one.parallelism),
      fault: () => 'share' in one && this.#inject(one.share, one.seconds),
      cancel: () => this.#cancelDrains(),
      restart: () => fleet.restart(),
    };
    await acts[one.do]();
  }

  #edit(id: string, name: string, spec: object): void {
    this.fleet.edit(id, '', name, (object) => {
      object.spec = { ...object.spec, ...spec };
    });
  }

  #drain(name: string, parallelism: number): void {
    this.#drains += 1;
    this.fleet.add(DRAINS, {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Drain', metadata: { name: `d${this.#drains}` } },
      spec: { nodeNames: [name, 'p-0'], parallelism },
    });
  }

  #inject(share: number, durationSeconds: number): void {
    this.#faults += 1;
    const creationTimestamp = new Date(this.fleet.clock.now()).toISOString();
    this.fleet.add(FAULTS, {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault' },
      metadata: { name: `f${this.#faults}`, creationTimestamp },
      spec: { type: 'Partition', nodeSelector: {}, share: `${share}%`, seed: this.#faults, durationSeconds },
    });
  }

  #cancelDrains(): void {
    for (const { metadata, status } of this.fleet.all(DRAINS)) {
      if (!['Completed', 'Cancelled'].includes(status?.phase)) {
        this.#edit(DRAINS, metadata.name, { cancelled: true, uncordonOnCancel: true });
      }
    }
  }

  /** Everything is well again, and nobody holds a node back. */
  async heal(): Promise<void> {
    const { fleet } = this;
    fleet.deadNodes.clear();
    for (const { metadata } of fleet.all(FAULTS)) {
      fleet.delete(FAULTS, '', metadata.name);
    }
    this.#cancelDrains();
    await fleet.advance(5_000);
    for (const { metadata } of fleet.all('nodes')) {
      this.#edit('nodes', metadata.name, { unschedulable: false });
    }
    // A template may still be rolled out, node by node, with the quarantine of pods whose node went.
    await fleet.advance(360_000);
  }

  state() {
    const { fleet } = this;
    const pods = this.#pods().filter(isActive);
    return {
      nodes: fleet.all('nodes').length,
      readyNodes: fleet.all('nodes').filter(isReady).length,
      running: pods.filter(({ status }) => status?.phase === 'Running').length,
      pods: this.#pods().length,
    };
  }

  wanted() {
    const pods = this.fleet.get(DEPLOYMENTS, 'web')?.spec.replicas;
    const nodes = this.fleet.get(POOLS, 'p')?.spec.replicas;
    return { nodes, readyNodes: nodes, running: pods, pods };
  }
}

test('whatever happens to a fleet, its promises hold and it converges', async () => {
  const waits = fc.constantFrom(200, 3_000, 15_000, 70_000);
  const steps = fc.array(fc.tuple(step, waits), { minLength: 3, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000 }), fc.boolean(), steps, async (seed, isBroken, all) => {
      const scenario = new Scenario(seed);
      try {
        await scenario.begin();
        scenario.breakWrites(isBroken);
        for (const [one, wait] of all) {
          await scenario.take(one);
          await scenario.fleet.advance(wait);
        }
        scenario.breakWrites(false);
        await scenario.heal();
        expect(scenario.broken).toEqual([]);
        expect(scenario.state()).toEqual(scenario.wanted());
      } finally {
        scenario.fleet.stop();
      }
    }),
    { numRuns: 12, seed: 20_261_126, endOnFailure: true },
  );
});
