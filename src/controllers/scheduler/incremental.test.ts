/** What is kept up to date change by change must say what a look at everything would, after any history. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PodShape, SchedulerWorld } from '../../../test/support/scheduler-world.ts';

const ZONE = 'zone';
const HOST = 'kubernetes.io/hostname';

interface PodState extends PodShape {
  readonly name: string;
  readonly on: string;
}
interface NodeState {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly isTainted: boolean;
}
interface State {
  nodes: Map<string, NodeState>;
  pods: Map<string, PodState>;
  namespaces: Map<string, string>;
}
const NAMES = ['n0', 'n1', 'n2', 'n3'];
const NAMESPACES = ['default', 'other'];
const TAINT = { key: 'gpu', effect: 'NoSchedule' };

const app = fc.constantFrom('web', 'db');
const term = fc.record(
  {
    labelSelector: app.map((value) => ({ matchLabels: { app: value } })),
    topologyKey: fc.constantFrom(ZONE, HOST),
    namespaces: fc.constantFrom(['other'], ['default', 'other']),
    namespaceSelector: fc.constantFrom({}, { matchLabels: { team: 'x' } }),
  },
  { requiredKeys: ['labelSelector', 'topologyKey'] },
);
const terms = fc.record(
  {
    requiredDuringSchedulingIgnoredDuringExecution: fc.array(term, { minLength: 1, maxLength: 2 }),
    preferredDuringSchedulingIgnoredDuringExecution: fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 9 }), podAffinityTerm: term }),
      { minLength: 1, maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);
const constraint = fc.record({
  maxSkew: fc.constantFrom(1, 2),
  topologyKey: fc.constantFrom(ZONE, HOST),
  whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
  labelSelector: app.map((value) => ({ matchLabels: { app: value } })),
  nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'),
});
const spec = fc.record(
  {
    affinity: fc.record({ podAffinity: terms, podAntiAffinity: terms }, { requiredKeys: [] }),
    topologySpreadConstraints: fc.array(constraint, { minLength: 1, maxLength: 2 }),
    tolerations: fc.constant([{ key: 'gpu', operator: 'Exists' }]),
  },
  { requiredKeys: [] },
);
const shape = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels: app.map((value) => ({ app: value })),
  cpu: fc.constantFrom('100m', '1'),
  owner: fc.constantFrom('set', undefined),
  spec,
});
const node = fc.record({
  name: fc.constantFrom(...NAMES),
  zone: fc.constantFrom('a', 'b', ''),
  isTainted: fc.boolean(),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pod' as const), at: fc.nat(9), on: fc.constantFrom(...NAMES), shape }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('gone' as const, 'ending' as const), at: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('node' as const), node }) },
  fc.record({ do: fc.constant('no-node' as const), name: fc.constantFrom(...NAMES) }),
  fc.record({
    do: fc.constant('namespace' as const),
    name: fc.constantFrom(...NAMESPACES),
    team: fc.constantFrom('x', 'y'),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const putNode = (fleet: SchedulerWorld, { name, labels, isTainted }: NodeState) =>
  fleet.node(name, { labels, spec: isTainted ? { taints: [TAINT] } : {} });

function take(fleet: SchedulerWorld, state: State, now: Step): void {
  if (now.do === 'pod') {
    const name = `p${now.at}`;
    const before = state.pods.get(name);
    if (before !== undefined) {
      fleet.noPod(name, before.namespace);
    }
    const owned = now.shape.owner === undefined ? {} : { owner: now.shape.owner };
    const { owner: _, ...rest } = now.shape;
    const pod = { ...rest, ...owned, name, on: now.on };
    state.pods.set(name, pod);
    fleet.pod(name, now.on, pod);
  } else if (now.do === 'node') {
    const { name, zone, isTainted } = now.node;
    const labels = { [HOST]: name, ...(zone === '' ? {} : { [ZONE]: zone }) };
    state.nodes.set(name, { name, labels, isTainted });
    putNode(fleet, { name, labels, isTainted });
  } else if (now.do === 'no-node') {
    state.nodes.delete(now.name);
    fleet.noNode(now.name);
  } else if (now.do === 'namespace') {
    state.namespaces.set(now.name, now.team);
    fleet.namespace(now.name, { team: now.team });
  } else {
    const pod = state.pods.get(`p${now.at}`);
    if (pod !== undefined && now.do === 'gone') {
      state.pods.delete(pod.name);
      fleet.noPod(pod.name, pod.namespace);
    } else if (pod !== undefined) {
      state.pods.set(pod.name, { ...pod, deleting: true });
      fleet.pod(pod.name, pod.on, { ...pod, deleting: true });
    }
  }
}

function fromScratch({ nodes, pods, namespaces }: State): SchedulerWorld {
  const fleet = new SchedulerWorld();
  for (const [name, team] of namespaces) {
    fleet.namespace(name, { team });
  }
  replicaSet(fleet);
  for (const each of nodes.values()) {
    putNode(fleet, each);
  }
  for (const pod of pods.values()) {
    fleet.pod(pod.name, pod.on, pod);
  }
  return fleet;
}
const replicaSet = (fleet: SchedulerWorld) =>
  fleet.other('replicasets.apps', 'default/set', {
    ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'set', namespace: 'default', uid: 'set' } },
    spec: { selector: { matchLabels: { app: 'web' } } },
  });

test('answers after any history are those of a scheduler that has just started', () => {
  const probes = fc.array(shape, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), probes, (steps, shapes) => {
      const fleet = new SchedulerWorld();
      replicaSet(fleet);
      const state: State = { nodes: new Map(), pods: new Map(), namespaces: new Map() };
      const probesOf = (world: SchedulerWorld) =>
        shapes.map(({ owner, ...rest }, index) =>
          world.newPod(`probe-${index}`, { ...rest, ...(owner === undefined ? {} : { owner }) }),
        );
      const answers = (world: SchedulerWorld) => {
        const there = [...state.nodes.keys()].sort();
        return probesOf(world).map((pod) => {
          const known = world.knownToFit(pod);
          const refusals = there.map((name) => world.refusal(pod, name)?.reasons);
          expect(known.filter((name) => refusals[there.indexOf(name)] !== undefined)).toEqual([]);
          return { refusals, points: world.points(pod, ...there) };
        });
      };
      for (const [index, now] of steps.entries()) {
        take(fleet, state, now);
        if (index % 5 === 0) {
          answers(fleet);
        }
      }
      expect(answers(fleet)).toEqual(answers(fromScratch(state)));
    }),
    { numRuns: 100 },
  );
});

test('nothing is left over of pods and nodes that are gone, nor of demands that were forgotten', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.array(shape, { maxLength: 3 }), (steps, shapes) => {
      const fleet = new SchedulerWorld();
      const state: State = { nodes: new Map(), pods: new Map(), namespaces: new Map() };
      for (const now of steps) {
        take(fleet, state, now);
      }
      for (const [index, { owner: _, ...rest }] of shapes.entries()) {
        const demand = fleet.demands.of(fleet.newPod(`probe-${index}`, rest));
        for (const each of fleet.world.cache.nodes()) {
          demand.refusal(each);
        }
      }
      for (const { name, namespace } of state.pods.values()) {
        fleet.noPod(name, namespace);
      }
      for (const name of state.nodes.keys()) {
        fleet.noNode(name);
      }
      expect([...fleet.world.cache.states()]).toEqual([]);
      expect([...fleet.world.cache.podsOnNodes()]).toEqual([]);
      for (const kind of ['apart', 'near', 'preferred'] as const) {
        expect([...fleet.world.terms.sums(kind, () => true)]).toEqual([]);
      }
      fleet.demands.clear();
      expect(fleet.world.tallies.size).toBe(0);
    }),
    { numRuns: 40 },
  );
});
