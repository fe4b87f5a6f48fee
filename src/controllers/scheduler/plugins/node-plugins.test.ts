import { describe, expect, test } from 'vitest';
import { type NodeShape, type PodShape, SchedulerWorld } from '../../../../test/support/scheduler-world.ts';

/** A node `n1` as given, and pods on it. */
function world(node: NodeShape = {}, ...pods: PodShape[]): SchedulerWorld {
  const fleet = new SchedulerWorld();
  fleet.node('n1', node);
  for (const [index, shape] of pods.entries()) {
    fleet.pod(`running-${index}`, 'n1', shape);
  }
  return fleet;
}
const required = (...terms: object[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
});
const asking = (requests: Record<string, string>) => ({ containers: [{ name: 'c', resources: { requests } }] });
const listening = (hostPort: number, more: object = {}) => ({
  containers: [{ name: 'c', ports: [{ hostPort, protocol: 'TCP', ...more }] }],
});
const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };
const labels = { zone: 'a', size: '5' };

describe('a pod fits', () => {
  test.each<[string, object, NodeShape]>([
    ['a node that asks nothing', {}, {}],
    ['a selected node', { nodeSelector: { zone: 'a' } }, { labels }],
    [
      'by one of several terms',
      required(
        { matchExpressions: [{ key: 'no', operator: 'Exists' }] },
        { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] },
      ),
      { labels },
    ],
    ['by a number', required({ matchExpressions: [{ key: 'size', operator: 'Gt', values: ['4'] }] }), { labels }],
    [
      'with a toleration',
      { tolerations: [{ key: 'gpu', operator: 'Equal', value: 'yes' }] },
      { spec: { taints: [taint] } },
    ],
    ['where a taint only discourages', {}, { spec: { taints: [{ ...taint, effect: 'PreferNoSchedule' }] } }],
    ['a cordoned node that it tolerates', { tolerations: [{ operator: 'Exists' }] }, { spec: { unschedulable: true } }],
    [
      'with an extended resource',
      asking({ 'example.com/gpu': '2' }),
      { allocatable: { 'example.com/gpu': '2', pods: '1' } },
    ],
  ])('%s', (_, spec, node) => {
    const fleet = world(node);
    expect(fleet.refusal(fleet.newPod('p', { spec }), 'n1')).toBeUndefined();
  });
});

describe('a pod is refused', () => {
  const affinity = "node(s) didn't match Pod's node affinity/selector";
  const ports = "node(s) didn't have free ports for the requested pod ports";
  const gpus = { allocatable: { cpu: '4', memory: '8Gi', pods: '3', 'example.com/gpu': '1' } };
  test.each<[string, object, NodeShape, readonly PodShape[], readonly string[], boolean]>([
    ['by the selector', { nodeSelector: { zone: 'b' } }, { labels }, [], [affinity], false],
    ['by no term at all', required(), {}, [], [affinity], false],
    ['by an empty term', required({}), {}, [], [affinity], false],
    ['by a taint', {}, { spec: { taints: [taint] } }, [], ['node(s) had untolerated taint {gpu: yes}'], false],
    ['by a cordon', {}, { spec: { unschedulable: true } }, [], ['node(s) were unschedulable'], false],
    ['by a taken port', listening(80), {}, [{ spec: listening(80) }], [ports], true],
    ['by a port on any address', listening(80, { hostIP: '10.0.0.1' }), {}, [{ spec: listening(80) }], [ports], true],
    ['for room that others have', asking({ cpu: '2' }), gpus, [{ cpu: '3' }], ['Insufficient cpu'], true],
    ['for more than there is', asking({ memory: '9Gi' }), gpus, [], ['Insufficient memory'], false],
    [
      'for what the node has not',
      asking({ 'example.com/tpu': '1' }),
      gpus,
      [],
      ['Insufficient example.com/tpu'],
      false,
    ],
    [
      ...(['for an extended resource', asking({ 'example.com/gpu': '1' }), gpus] as const),
      ...([[{ spec: asking({ 'example.com/gpu': '1' }) }], ['Insufficient example.com/gpu'], true] as const),
    ],
    ['for its mere number', {}, gpus, [{}, {}, {}], ['Too many pods'], true],
    ['even of a node for no pods', {}, { allocatable: {} }, [], ['Too many pods'], true],
    [
      ...(['for several things', asking({ cpu: '2', memory: '7Gi' }), gpus] as const),
      ...([
        [{ spec: asking({ cpu: '3', memory: '2Gi' }) }],
        ['Insufficient cpu', 'Insufficient memory'],
        true,
      ] as const),
    ],
  ])('%s', (_, spec, node, pods, reasons, preemptible) => {
    const fleet = world(node, ...pods);
    expect(fleet.refusal(fleet.newPod('p', { spec }), 'n1')).toMatchObject({ reasons, preemptible });
  });

  test('not by the same port on another address or protocol, nor by that of a pod that has ended', () => {
    const fleet = world(
      {},
      { spec: listening(80, { hostIP: '10.0.0.2' }) },
      { spec: listening(81, { protocol: 'UDP' }) },
    );
    expect(fleet.refusal(fleet.newPod('p', { spec: listening(80, { hostIP: '10.0.0.1' }) }), 'n1')).toBeUndefined();
    expect(fleet.refusal(fleet.newPod('q', { spec: listening(81) }), 'n1')).toBeUndefined();
    const blocked = fleet.newPod('r', { spec: listening(80) });
    expect(fleet.refusal(blocked, 'n1')).toMatchObject({ reasons: [ports] });
    fleet.pod('running-0', 'n1', { spec: listening(80, { hostIP: '10.0.0.2' }), status: { phase: 'Succeeded' } });
    expect(fleet.refusal(blocked, 'n1')).toBeUndefined();
  });
});

describe('a pod that names its nodes', () => {
  const named = (...values: string[]) =>
    required(...values.map((value) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [value] }] })));

  test('is looked for there alone; the others are counted as one reason', () => {
    const fleet = world();
    fleet.node('n2', { spec: { unschedulable: true } });
    fleet.node('n3');
    const pod = fleet.newPod('p', { spec: named('n2', 'gone') });
    expect(fleet.select(pod)).toBe(
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    );
    fleet.node('n2');
    expect(fleet.select(pod)).toBe('n2');
  });

  test('that contradict each other fits nowhere', () => {
    const fleet = world();
    const fields = ['n1', 'n2'].map((value) => ({ key: 'metadata.name', operator: 'In', values: [value] }));
    expect(fleet.select(fleet.newPod('p', { spec: required({ matchFields: fields }) }))).toBe(
      '0/1 nodes are available: pod affinity terms conflict.',
    );
  });
});

describe('points', () => {
  const half = { cpu: '2' };
  test.each<[string, PodShape, NodeShape, PodShape[]]>([
    ['the emptier node', half, {}, [{ cpu: '1' }]],
    ['the one with fewer soft taints', {}, { spec: { taints: [{ ...taint, effect: 'PreferNoSchedule' }] } }, []],
    [
      'the one whose resources stay even',
      { spec: asking({ cpu: '1', memory: '4Gi' }) },
      { allocatable: { cpu: '4', memory: '64Gi', pods: '110' } },
      [{ spec: asking({ cpu: '0', memory: '48Gi' }) }],
    ],
  ])('are more for %s', (_, shape, other, pods) => {
    const fleet = new SchedulerWorld();
    fleet.node('good');
    fleet.node('worse', other);
    for (const [index, each] of pods.entries()) {
      fleet.pod(`other-${index}`, 'worse', each);
    }
    const [good = 0, worse = 0] = fleet.points(fleet.newPod('p', shape), 'good', 'worse');
    expect(good).toBeGreaterThan(worse);
  });

  test('add up as in kube-scheduler', () => {
    const fleet = world();
    // Least allocated (50 + 75) / 2, balanced 100 - 12.5, soft taints 3 * 100: nothing else is asked for.
    expect(fleet.points(fleet.newPod('p', { spec: asking({ cpu: '2', memory: '4Gi' }) }), 'n1')).toEqual([
      62 + 87 + 300,
    ]);
    // Without requests a container counts as 100m and 200Mi: (97 + 98) / 2.
    expect(fleet.points(fleet.newPod('q'), 'n1')).toEqual([97 + 300]);
  });

  test('of preferred nodes are in proportion to the best one, twice', () => {
    const fleet = new SchedulerWorld();
    const prefer = (weight: number, value: string) => ({
      weight,
      preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: [value] }] },
    });
    for (const zone of ['a', 'b', 'c']) {
      fleet.node(zone, { labels: { zone } });
    }
    const preferredDuringSchedulingIgnoredDuringExecution = [prefer(80, 'a'), prefer(20, 'b')];
    const spec = { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution } } };
    const [a = 0, b = 0, c = 0] = fleet.points(fleet.newPod('p', { spec }), 'a', 'b', 'c');
    expect([a - c, b - c]).toEqual([200, 50]);
  });

  test('of images grow with their size and with the nodes that have them', () => {
    const fleet = new SchedulerWorld();
    const images = [{ names: ['app:1', 'app@sha256:1'], sizeBytes: 500 * 2 ** 20 }];
    fleet.node('with', { images });
    fleet.node('without');
    const pod = fleet.newPod('p');
    const lead = () => {
      const [first = 0, second = 0] = fleet.points(pod, 'with', 'without');
      return first - second;
    };
    // Half of the nodes have it: 250 of 1,000 MiB, less the threshold of 23.
    expect(lead()).toBe(23);
    fleet.node('more', { images });
    expect(lead()).toBe(31);
    fleet.noNode('more');
    fleet.node('with');
    expect(lead()).toBe(0);
  });
});

test('a refusal names the first of very many resources that a node lacks', () => {
  const fleet = world({ allocatable: { cpu: '4', pods: '10' } });
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`example.com/r${i}`, '1']));
  const refusal = fleet.refusal(fleet.newPod('p', { spec: asking(many) }), 'n1');
  expect(refusal).toMatchObject({ plugin: 'NodeResourcesFit', preemptible: false });
  expect(refusal?.reasons).toHaveLength(20);
});
