import { describe, expect, test } from 'vitest';
import { daemonSet } from '../../../test/support/workloads.ts';
import type { DaemonSet } from '../kinds/daemon-set.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { daemonTolerations } from './daemon-tolerations.ts';
import { judgeNodes } from './node-verdict.ts';
import type { Place } from './places.ts';
import { planPods } from './plan-pods.ts';
import { rollingBounds } from './rolling-bounds.ts';
import { planRoll } from './rolling-update.ts';

const agent = (spec: object = {}, podSpec: object = {}) => daemonSet('agent', spec, podSpec) as unknown as DaemonSet;
const judge = (podSpec: object, node: object) =>
  judgeNodes(agent({}, podSpec))({ name: 'a', labels: {}, taints: [], ...node });
const taint = (key: string, effect: string) => ({ taints: [{ key, effect }] });
const rolling = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

describe('a node', () => {
  const selecting = (labels: object) => ({ nodeSelector: labels });
  test.each<[string, object, object, string]>([
    ['any', {}, {}, 'run'],
    ['with the label', selecting({ x: 'y' }), { labels: { x: 'y' } }, 'run'],
    ['without the label', selecting({ x: 'y' }), {}, 'leave'],
    ['of the name', { nodeName: 'a' }, {}, 'run'],
    ['of another name', { nodeName: 'b' }, {}, 'leave'],
    ['tainted', {}, taint('x', 'NoSchedule'), 'keep'],
    ['to be left', {}, taint('x', 'NoExecute'), 'leave'],
    ['avoided', {}, taint('x', 'PreferNoSchedule'), 'run'],
    ['tolerated', { tolerations: [{ operator: 'Exists' }] }, taint('x', 'NoExecute'), 'run'],
    ['cordoned', {}, taint('node.kubernetes.io/unschedulable', 'NoSchedule'), 'run'],
    ['under pressure', {}, taint('node.kubernetes.io/memory-pressure', 'NoSchedule'), 'run'],
    ['not ready', {}, taint('node.kubernetes.io/not-ready', 'NoExecute'), 'run'],
    ['new and not ready', {}, taint('node.kubernetes.io/not-ready', 'NoSchedule'), 'keep'],
    ['without a network', {}, taint('node.kubernetes.io/network-unavailable', 'NoSchedule'), 'keep'],
    [
      'the same, on its own network',
      { hostNetwork: true },
      taint('node.kubernetes.io/network-unavailable', 'NoSchedule'),
      'run',
    ],
  ])('%s', (_, podSpec, node, verdict) => {
    expect(judge(podSpec, node)).toBe(verdict);
  });
});

test('a toleration of the template that is alike loses its seconds', () => {
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const [first, ...others] = daemonTolerations({ tolerations: [own, { key: 'mine' }] });
  expect(first).toEqual({ key: own.key, operator: 'Exists', effect: 'NoExecute' });
  expect(others.map(({ key }) => key?.replace('node.kubernetes.io/', ''))).toEqual([
    ...['mine', 'unreachable', 'disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'],
  ]);
});

test.each([
  [{ maxUnavailable: 1, maxSurge: 0 }, 10, [1, 0]],
  [{ maxUnavailable: '25%', maxSurge: 0 }, 10, [3, 0]],
  [{ maxUnavailable: 0, maxSurge: '1%' }, 10, [0, 1]],
  [{ maxUnavailable: '0%', maxSurge: '0%' }, 10, [1, 0]],
])('%j of %i is %j', (rollingUpdate, desired, [maxUnavailable, maxSurge]) => {
  expect(rollingBounds(agent(rolling(rollingUpdate)), desired)).toEqual({ maxUnavailable, maxSurge });
});

/** `new` or `old`, `+`: available. `x`: ending. `!`: failed. */
function pod(text: string, at: number): PodInfo {
  const isNew = text.includes('new');
  return {
    ...{ name: `${text}${at}`, namespace: 'default', uid: `${text}${at}`, nodeName: 'n', createdAt: at },
    labels: { 'controller-revision-hash': isNew ? 'h2' : 'h1' },
    phase: text.includes('!') ? 'Failed' : 'Running',
    deletionTime: text.includes('x') ? 1 : undefined,
    ...{ ready: text.includes('+'), readySince: 0 },
  } as unknown as PodInfo;
}
const place = (nodeName: string, ...pods: string[]): Place => ({
  ...{ nodeName, verdict: nodeName.startsWith('-') ? 'leave' : 'run' },
  pods: pods.map(pod),
});
const names = (pods: readonly PodInfo[]) => pods.map(({ name }) => name);
const NOW = 1_000_000;

describe('the usual look', () => {
  const look = (set: DaemonSet, places: Place[], wait = 0) => {
    const { create, remove, waitMs } = planPods(set, 'h2', { places, strays: [] }, () => wait, NOW);
    return [[...create], names(remove), waitMs];
  };
  const surging = agent(rolling({ maxUnavailable: 0, maxSurge: 1 }));
  test.each<[string, DaemonSet, Place[], number, unknown[]]>([
    ['makes what is missing', agent(), [place('a'), place('b', 'old+')], 0, [['a'], [], undefined]],
    ['waits for what is ending', agent(), [place('a', 'old+x')], 0, [[], [], undefined]],
    ['keeps the oldest', agent(), [place('a', 'old+', 'old+')], 0, [[], ['old+1'], undefined]],
    ['leaves nodes that are not for it', agent(), [place('-a', 'old+', 'old+x')], 0, [[], ['old+0'], undefined]],
    ['removes what failed', agent(), [place('a', 'old!')], 0, [[], ['old!0'], undefined]],
    ['but not too often', agent(), [place('a', 'old!')], 500, [[], [], 500]],
    ['lets an old one stay until the new is up', surging, [place('a', 'old+', 'new')], 0, [[], [], undefined]],
    ['removes an old one that is down', surging, [place('a', 'old', 'new')], 0, [[], ['old0'], undefined]],
    ['removes an old one that is replaced', surging, [place('a', 'old+', 'new+')], 0, [[], ['old+0'], undefined]],
    ['removes a third', surging, [place('a', 'old+', 'new', 'new')], 0, [[], ['new2'], undefined]],
  ])('%s', (_, set, places, wait, expected) => {
    expect(look(set, places, wait)).toEqual(expected);
  });
});

describe('a rolling update', () => {
  const roll = (rollingUpdate: object, ...places: Place[]) => {
    const { create, remove } = planRoll(agent(rolling(rollingUpdate)), 'h2', places, NOW);
    return [[...create], names(remove)];
  };
  const two = { maxUnavailable: 2, maxSurge: 0 };
  const surge = { maxUnavailable: 0, maxSurge: 1 };
  test.each<[string, object, Place[], unknown[]]>([
    [
      'takes as many as it may',
      two,
      [place('a', 'old+'), place('b', 'old+'), place('c', 'old+')],
      [[], ['old+0', 'old+0']],
    ],
    ['counts those that are down', two, [place('a', 'new'), place('b', 'old+'), place('c', 'old+')], [[], ['old+0']]],
    ['counts the missing', two, [place('a'), place('b', 'old+x'), place('c', 'old+')], [[], []]],
    [
      'takes all that are down anyway',
      two,
      [place('a', 'old'), place('b', 'old'), place('c', 'old')],
      [[], ['old0', 'old0', 'old0']],
    ],
    ['adds one beside', surge, [place('a', 'old+'), place('b', 'old+')], [['a'], []]],
    ['no more while one is not up', surge, [place('a', 'old+', 'new'), place('b', 'old+')], [[], []]],
    ['removes the replaced and goes on', surge, [place('a', 'old+', 'new+'), place('b', 'old+')], [['b'], ['old+0']]],
    ['replaces beside all that are down', surge, [place('a', 'old'), place('b', 'old')], [['a', 'b'], []]],
    ['leaves another node once all are up', surge, [place('-a', 'old+'), place('b', 'new+')], [[], ['old+0']]],
    ['but not before', surge, [place('-a', 'old+'), place('b', 'new')], [[], []]],
  ])('%s', (_, bounds, places, expected) => {
    expect(roll(bounds, ...places)).toEqual(expected);
  });
});
