import { describe, expect, test, vi } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const CONSTRAINTS = "node(s) didn't match pod topology spread constraints";
const web = { labels: { app: 'web' } };

/** Nodes `a1`, `a2`, …: the first letter is the zone. */
function world(...names: string[]): SchedulerWorld {
  const fleet = new SchedulerWorld();
  for (const name of names) {
    fleet.node(name, { labels: { [ZONE]: name.slice(0, 1), [HOST]: name } });
  }
  return fleet;
}
const constraint = (more: object = {}) => ({
  ...{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule' },
  labelSelector: { matchLabels: { app: 'web' } },
  ...more,
});
const spread = (...constraints: object[]) => ({ ...web, spec: { topologySpreadConstraints: constraints } });
const run = (fleet: SchedulerWorld, ...nodes: string[]) => {
  for (const [index, node] of nodes.entries()) {
    fleet.pod(`web-${node}-${index}`, node, web);
  }
};

describe('DoNotSchedule', () => {
  test('keeps the difference between the fullest and the emptiest zone', () => {
    const fleet = world('a1', 'b1', 'c1');
    run(fleet, 'a1', 'a1', 'b1', 'b1', 'c1');
    const pod = fleet.newPod('p', spread(constraint()));
    expect(fleet.feasible(pod)).toEqual(['c1']);
    expect(fleet.refusal(pod, 'a1')).toEqual({
      plugin: 'PodTopologySpread',
      reasons: [CONSTRAINTS],
      preemptible: true,
    });
    expect(fleet.feasible(fleet.newPod('q', spread(constraint({ maxSkew: 2 }))))).toEqual(['a1', 'b1', 'c1']);
    fleet.pod('late', 'c1', web);
    expect(fleet.feasible(pod)).toEqual(['a1', 'b1', 'c1']);
  });

  test('refuses a node without the label for good', () => {
    const fleet = world('a1');
    fleet.node('bare', { labels: { [HOST]: 'bare' } });
    expect(fleet.refusal(fleet.newPod('p', spread(constraint())), 'bare')).toMatchObject({
      ...{ reasons: [`${CONSTRAINTS} (missing required label)`], preemptible: false },
    });
  });

  test('does not count pods of other namespaces, other labels, ending and ended ones', () => {
    const fleet = world('a1', 'b1');
    fleet.pod('elsewhere', 'a1', { ...web, namespace: 'other' });
    fleet.pod('other', 'a1', { labels: { app: 'db' } });
    fleet.pod('ending', 'a1', { ...web, deleting: true });
    fleet.pod('over', 'a1', { ...web, status: { phase: 'Failed' } });
    expect(fleet.feasible(fleet.newPod('p', spread(constraint())))).toEqual(['a1', 'b1']);
    fleet.pod('ending', 'a1', web);
    expect(fleet.feasible(fleet.newPod('p', spread(constraint())))).toEqual(['b1']);
  });

  test('a pod that its own constraint does not count adds nothing', () => {
    const fleet = world('a1', 'b1');
    run(fleet, 'a1');
    expect(fleet.feasible(fleet.newPod('p', { spec: spread(constraint()).spec }))).toEqual(['a1', 'b1']);
    run(fleet, 'a1', 'a1');
    expect(fleet.feasible(fleet.newPod('p', { spec: spread(constraint()).spec }))).toEqual(['b1']);
  });

  test('with fewer domains than minDomains the lowest counts as 0', () => {
    const fleet = world('a1', 'b1');
    run(fleet, 'a1', 'b1');
    expect(fleet.feasible(fleet.newPod('p', spread(constraint({ minDomains: 3 }))))).toEqual([]);
    expect(fleet.feasible(fleet.newPod('q', spread(constraint({ minDomains: 2 }))))).toEqual(['a1', 'b1']);
    fleet.node('c1', { labels: { [ZONE]: 'c', [HOST]: 'c1' } });
    expect(fleet.feasible(fleet.newPod('p', spread(constraint({ minDomains: 3 }))))).toEqual(['c1']);
  });

  test('by zone and by node at once: nodes without both labels do not count', () => {
    const fleet = world('a1', 'a2', 'b1');
    fleet.node('d', { labels: { [ZONE]: 'd' } });
    run(fleet, 'a1', 'b1');
    const pod = fleet.newPod('p', spread(constraint(), constraint({ topologyKey: HOST })));
    expect(fleet.feasible(pod)).toEqual(['a2']);
  });

  test('domains come and go with their nodes', () => {
    const fleet = world('a1', 'b1');
    run(fleet, 'a1');
    const pod = fleet.newPod('p', spread(constraint()));
    expect(fleet.feasible(pod)).toEqual(['b1']);
    fleet.noNode('b1');
    expect(fleet.feasible(pod)).toEqual(['a1']);
    fleet.node('b2', { labels: { [ZONE]: 'b', [HOST]: 'b2' } });
    expect(fleet.feasible(pod)).toEqual(['b2']);
  });

  const ssd = { nodeSelector: { disk: 'ssd' } };
  test.each<[string, object, object, string[]]>([
    ['a node that the pod does not select makes no domain', {}, ssd, ['a1']],
    ['unless that policy is Ignore', { nodeAffinityPolicy: 'Ignore' }, ssd, []],
    ['a node with a taint makes one', { nodeAffinityPolicy: 'Ignore' }, {}, []],
    ['unless that policy is Honor', { nodeTaintsPolicy: 'Honor' }, {}, ['a1']],
    [
      'and the pod does not tolerate it',
      { nodeTaintsPolicy: 'Honor' },
      { tolerations: [{ key: 'gpu', operator: 'Exists' }] },
      ['b1'],
    ],
  ])('%s', (_, more, spec, feasible) => {
    const fleet = world();
    fleet.node('a1', { labels: { [ZONE]: 'a', disk: 'ssd' } });
    fleet.node('b1', { labels: { [ZONE]: 'b' }, spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } });
    run(fleet, 'a1');
    const pod = fleet.newPod('p', { ...web, spec: { ...spread(constraint(more)).spec, ...spec } });
    expect(fleet.feasible(pod)).toEqual(feasible);
  });
});

describe('ScheduleAnyway', () => {
  const anyway = (more: object = {}) => spread(constraint({ whenUnsatisfiable: 'ScheduleAnyway', ...more }));
  /** What the constraint alone is worth: the difference to a pod that is alike but for it. */
  const worth = (fleet: SchedulerWorld, shape: object, ...names: string[]): number[] => {
    const plain = fleet.points(
      fleet.newPod('plain', { spec: { topologySpreadConstraints: [constraint()] } }),
      ...names,
    );
    return fleet.points(fleet.newPod('p', shape), ...names).map((points, index) => points - (plain[index] ?? 0));
  };

  test('refuses nobody, and gives the emptier domain more points, twice', () => {
    const fleet = world('a1', 'a2', 'b1', 'c1');
    run(fleet, 'a1', 'a1', 'b1', 'b1', 'b1', 'b1');
    expect(fleet.feasible(fleet.newPod('p', anyway()))).toHaveLength(4);
    // Raw points are the counts times ln(3 + 2): 3, 3, 6 and 0.
    expect(worth(fleet, anyway(), 'a1', 'a2', 'b1', 'c1')).toEqual([100, 100, 0, 200]);
  });

  test('a node without the label gets none', () => {
    const fleet = world('a1', 'b1');
    fleet.node('bare');
    run(fleet, 'a1', 'bare');
    expect(worth(fleet, anyway(), 'a1', 'b1', 'bare')).toEqual([0, 200, 0]);
  });

  test('by node counts the pods of that node', () => {
    const fleet = world('a1', 'a2', 'b1');
    run(fleet, 'a1', 'b1', 'b1');
    // ln(3 + 2) times 1, 0 and 2, rounded: 2, 0 and 3.
    expect(worth(fleet, anyway({ topologyKey: HOST }), 'a1', 'a2', 'b1')).toEqual([66, 200, 0]);
  });
});

describe('a pod that says nothing', () => {
  const set = { ...web, owner: 'set' };
  const replicaSet = (fleet: SchedulerWorld, name = 'set') =>
    fleet.other('replicasets.apps', `default/${name}`, {
      ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name, namespace: 'default', uid: name } },
      spec: { selector: { matchLabels: { app: 'web' } } },
    });
  const service = (fleet: SchedulerWorld, selector: object) =>
    fleet.other('services', 'default/web', {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, spec: { selector } },
    });

  test('is spread over nodes and zones all the same, when a replica set or a service says who belongs together', () => {
    const fleet = world('a1', 'a2', 'b1');
    const lead = () => {
      const [a = 0, b = 0] = fleet.points(fleet.newPod('p', set), 'a1', 'b1');
      return b - a;
    };
    run(fleet, 'a1', 'a1');
    const before = lead();
    replicaSet(fleet);
    expect(lead()).toBe(before + 100);
    fleet.other('replicasets.apps', 'default/set', undefined);
    expect(lead()).toBe(before);
    service(fleet, { app: 'web' });
    expect(lead()).toBe(before + 100);
    service(fleet, { app: 'other' });
    expect(lead()).toBe(before);
  });

  test('evenly', () => {
    const fleet = world('a1', 'a2', 'b1', 'b2');
    replicaSet(fleet);
    const counts = new Map<string, number>();
    for (let index = 0; index < 40; index += 1) {
      const pod = fleet.newPod(`p${index}`, set);
      const node = fleet.select(pod);
      fleet.world.cache.assume(pod, node);
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([10, 10, 10, 10]);
  });

  test('without a count where one node only can take the pod', () => {
    const fleet = world('a1', 'a2', 'b1');
    service(fleet, { app: 'web' });
    const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['a2'] }];
    const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
    const daemon = fleet.newPod('daemon', { ...web, spec: { affinity: { nodeAffinity: required } } });
    expect(fleet.select(daemon)).toBe('a2');
    expect(fleet.world.tallies.size).toBe(0);
    fleet.select(fleet.newPod('p', web));
    expect(fleet.world.tallies.size).toBe(1);
  });
});

test('12,000 constraints share what they have in common', () => {
  const fleet = world('a1', 'b1');
  const constraints = Array.from({ length: 12_000 }, (_, i) => constraint({ topologyKey: `key-${i}` }));
  const text = vi.spyOn(JSON, 'stringify');
  try {
    const pod = fleet.newPod('p', spread(...constraints));
    expect(fleet.refusal(pod, 'a1')).toMatchObject({ reasons: [`${CONSTRAINTS} (missing required label)`] });
    const written = text.mock.results.reduce((sum, { value }) => sum + String(value).length, 0);
    // All keys in the text of each constraint were 1.7 GB.
    expect(written).toBeLessThan(50_000_000);
  } finally {
    text.mockRestore();
  }
});
