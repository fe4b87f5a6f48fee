import { describe, expect, it } from 'vitest';
import type { PodSpec } from './pod-spec.ts';
import { checkPodSpecUpdate } from './validate-pod-update.ts';

const OLD: PodSpec = {
  containers: [{ name: 'main', image: 'busybox:1' }],
  initContainers: [{ name: 'init', image: 'busybox:1' }],
  activeDeadlineSeconds: 100,
  terminationGracePeriodSeconds: 30,
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
};
const complaints = (change: PodSpec, old: PodSpec = OLD): string[] =>
  checkPodSpecUpdate({ ...old, ...change }, old).map(({ field, message }) => `${field}: ${message}`);

const ONLY =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,' +
  '`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing ' +
  'tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

describe('an update of a pod', () => {
  it.each<[string, PodSpec, PodSpec?]>([
    ['nothing', {}],
    ['an image', { containers: [{ name: 'main', image: 'busybox:2' }] }],
    ['an image of an init container', { initContainers: [{ name: 'init', image: 'busybox:2' }] }],
    ['the deadline to an earlier one', { activeDeadlineSeconds: 50 }],
    ['a toleration more', { tolerations: [...(OLD.tolerations ?? []), { operator: 'Exists' }] }],
    ["a toleration's seconds", { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }] }],
    ['a negative grace to one', { terminationGracePeriodSeconds: 1 }, { ...OLD, terminationGracePeriodSeconds: -1 }],
  ])('may change %s', (_name, change, old) => {
    expect(complaints(change, old)).toEqual([]);
  });

  it.each<[string, PodSpec, string[]]>([
    ['the node', { nodeName: 'n1' }, [`${ONLY}+ spec.nodeName: "n1"`]],
    [
      'a command',
      { containers: [{ name: 'main', image: 'busybox:2', command: ['a'] } as object] },
      [`${ONLY}+ spec.containers[0].command: ["a"]`],
    ],
    [
      'the number of containers',
      { containers: [] },
      ['spec.containers: Forbidden: pod updates may not add or remove containers'],
    ],
    [
      'the deadline to a later one',
      { activeDeadlineSeconds: 200 },
      ['spec.activeDeadlineSeconds: Invalid value: 200: must be less than or equal to previous value'],
    ],
    [
      'a toleration that is there',
      { tolerations: [{ operator: 'Exists' }] },
      ['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds'],
    ],
    [
      'the grace',
      { terminationGracePeriodSeconds: 1 },
      [`${ONLY}- spec.terminationGracePeriodSeconds: 30\n+ spec.terminationGracePeriodSeconds: 1`],
    ],
    [
      'the gates by one',
      { schedulingGates: [{ name: 'g' }] },
      ["spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'"],
    ],
  ])('may not change %s', (_name, change, expected) => {
    expect(complaints(change)).toEqual(expected);
  });

  it('may not drop the deadline', () => {
    const { activeDeadlineSeconds: _, ...rest } = OLD;
    expect(checkPodSpecUpdate(rest, OLD).map(({ message }) => message)).toEqual([
      'Invalid value: null: must not update from a positive integer to nil value',
    ]);
  });

  it('answers with a message of bounded size', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key${index}`, 'x'.repeat(1_000)]));
    expect(complaints({ nodeSelector: many })[0]?.length).toBeLessThan(10_000);
  });
});

describe('an update of a gated pod', () => {
  const term = (...keys: string[]) => ({ matchExpressions: keys.map((key) => ({ key, operator: 'Exists' })) });
  const affinity = (...terms: object[]): PodSpec => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
  });
  const gated: PodSpec = { ...OLD, schedulingGates: [{ name: 'g' }, { name: 'h' }], nodeSelector: { a: 'b' } };

  it.each<[string, PodSpec, PodSpec]>([
    ['drop a gate', { schedulingGates: [{ name: 'h' }] }, gated],
    ['add to the node selector', { nodeSelector: { a: 'b', c: 'd' } }, gated],
    ['gain an affinity', affinity(term('a')), gated],
    ['narrow a term', affinity(term('a', 'b')), { ...gated, ...affinity(term('a')) }],
  ])('may %s', (_name, change, old) => {
    expect(complaints(change, old)).toEqual([]);
  });

  it.each<[string, PodSpec, PodSpec, RegExp]>([
    [
      'change the node selector',
      { nodeSelector: { a: 'c' } },
      gated,
      /^spec.nodeSelector: Invalid value: .*only additions/,
    ],
    [
      'widen a term',
      affinity(term('b')),
      { ...gated, ...affinity(term('a')) },
      /nodeSelectorTerms\[0\]: Invalid value: .*only additions/,
    ],
    ['gain a term', affinity(term('a'), term('b')), { ...gated, ...affinity(term('a')) }, /no additions\/deletions/],
    ['change the priority', { priority: 5 }, gated, /pod updates may not change/],
  ])('may not %s', (_name, change, old, expected) => {
    expect(complaints(change, old)).toEqual([expect.stringMatching(expected)]);
  });

  it('is as strict as any other once the gates are gone', () => {
    expect(complaints({ nodeSelector: { a: 'b', c: 'd' } }, { ...OLD, nodeSelector: { a: 'b' } })).toHaveLength(1);
  });
});
