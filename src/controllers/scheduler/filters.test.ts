import { describe, expect, test } from 'vitest';
import type { PodSpec } from '../kinds/pod.ts';
import { toNodeInfo } from '../views/node-info.ts';
import { toPodInfo } from '../views/pod-info.ts';
import { failureMessage } from './failure-message.ts';
import { refusal } from './filters.ts';
import type { NodeState } from './node-cache.ts';
import { score } from './score.ts';

const stored = { labels: {}, revision: 1 };
const pod = (spec: Partial<PodSpec> = {}, owner = '') =>
  toPodInfo(
    {
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: {
        ...{ name: 'p', namespace: 'default', uid: 'p' },
        ...(owner === ''
          ? {}
          : { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: owner, uid: owner, controller: true }] }),
      },
      spec: { containers: [], ...spec },
    } as never,
    stored,
  );
const node = (
  more: { labels?: Record<string, string>; spec?: object; state?: Partial<NodeState> } = {},
): NodeState => ({
  info: toNodeInfo(
    {
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'n1' }, spec: more.spec ?? {} },
      status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10', 'example.com/gpu': '1' } },
    } as never,
    { ...stored, labels: more.labels ?? {} },
  ),
  ...{ used: {}, ports: new Map(), families: new Map() },
  ...more.state,
});
const required = (...terms: object[]): Partial<PodSpec> => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
});
const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };

describe('a pod fits', () => {
  const labels = { zone: 'a', size: '5' };
  test.each<[string, Partial<PodSpec>, Parameters<typeof node>[0]]>([
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
  ])('%s', (_, spec, on) => {
    expect(refusal(pod(spec), node(on))).toBeUndefined();
  });
});

describe('a pod is refused', () => {
  const affinity = "node(s) didn't match Pod's node affinity/selector";
  const ports = "node(s) didn't have free ports for the requested pod ports";
  const listening = (hostPort: number, hostIP?: string) => ({
    containers: [{ name: 'c', ports: [{ hostPort, ...(hostIP === undefined ? {} : { hostIP }) }] }],
  });
  const taken = (port: string) => ({ state: { ports: new Map([[port, 1]]) } });
  const asking = (requests: Record<string, string>) => ({ containers: [{ name: 'c', resources: { requests } }] });
  test.each<[string, Partial<PodSpec>, Parameters<typeof node>[0], string[], boolean]>([
    ['by the selector', { nodeSelector: { zone: 'b' } }, { labels: { zone: 'a' } }, [affinity], false],
    ['by no term at all', required(), {}, [affinity], false],
    ['by an empty term', required({}), {}, [affinity], false],
    ['by a taint', {}, { spec: { taints: [taint] } }, ['node(s) had untolerated taint {gpu: yes}'], false],
    ['by a cordon', {}, { spec: { unschedulable: true } }, ['node(s) were unschedulable'], false],
    ['by a taken port', listening(80), taken('0.0.0.0/TCP/80'), [ports], true],
    ['by a port on any address', listening(80, '10.0.0.1'), taken('0.0.0.0/TCP/80'), [ports], true],
    [
      'for room that others have',
      asking({ cpu: '2' }),
      { state: { used: { cpu: 3_000, pods: 1 } } },
      ['Insufficient cpu'],
      true,
    ],
    ['for more than there is', asking({ memory: '9Gi' }), {}, ['Insufficient memory'], false],
    ['for what the node has not', asking({ 'example.com/tpu': '1' }), {}, ['Insufficient example.com/tpu'], false],
    ['for its mere number', {}, { state: { used: { pods: 10 } } }, ['Too many pods'], true],
    [
      'for several things',
      asking({ cpu: '2', memory: '7Gi' }),
      { state: { used: { cpu: 3_000, memory: 2 ** 31 } } },
      ['Insufficient cpu', 'Insufficient memory'],
      true,
    ],
  ])('%s', (_, spec, on, reasons, preemptible) => {
    expect(refusal(pod(spec), node(on))).toEqual({ reasons, preemptible });
  });

  test('not by the same port on another address or protocol', () => {
    expect(refusal(pod(listening(80, '10.0.0.1')), node(taken('10.0.0.2/TCP/80')))).toBeUndefined();
    expect(refusal(pod(listening(80)), node(taken('0.0.0.0/UDP/80')))).toBeUndefined();
  });
});

test('reasons are counted, then sorted as text', () => {
  const refused = (...reasons: string[]) => ({ reasons, preemptible: reasons.includes('b') });
  expect(failureMessage([refused('b', 'a'), refused('b'), refused('c')])).toBe(
    '0/3 nodes are available: 1 a, 1 c, 2 b. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
  );
});

test('an emptier node, one without siblings, a preferred one and one without soft taints score higher', () => {
  const preferring: Partial<PodSpec> = {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 5, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] } },
        ],
      },
    },
  };
  const plain = score(pod(preferring, 'set'), node());
  const scored = (on: Parameters<typeof node>[0]) => score(pod(preferring, 'set'), node(on));
  expect(scored({ labels: { zone: 'a' } })).toBeGreaterThan(plain);
  expect(scored({ state: { used: { cpu: 2_000, memory: 2 ** 32 } } })).toBeLessThan(plain);
  expect(scored({ state: { families: new Map([['set', 1]]) } })).toBeLessThan(plain);
  expect(scored({ spec: { taints: [{ ...taint, effect: 'PreferNoSchedule' }] } })).toBeLessThan(plain);
});
