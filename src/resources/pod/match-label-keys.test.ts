import { describe, expect, test } from 'vitest';
import { pod } from '../core/pod.ts';
import type { Pod } from './pod-columns.ts';
import type { PodSpec } from './pod-spec.ts';
import { checkPodSpec } from './validate-pod-spec.ts';

const selector = { matchLabels: { app: 'web' } };
const terms = (more: object) => [{ labelSelector: selector, topologyKey: 'zone', ...more }];
const created = (spec: PodSpec): PodSpec => {
  const object: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', labels: { app: 'web', hash: '1' } },
    spec,
  };
  pod.prepareForCreate?.(object, { now: 0 });
  return object.spec ?? {};
};

describe('labels of a pod that is created', () => {
  test('become part of the selectors that name their keys, those that it has', () => {
    const more = { matchLabelKeys: ['hash', 'absent'], mismatchLabelKeys: ['app'] };
    const spec = created({
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms(more) } },
    });
    expect(spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]).toEqual({
      ...{
        labelSelector: {
          ...selector,
          matchExpressions: [
            { key: 'hash', operator: 'In', values: ['1'] },
            { key: 'app', operator: 'NotIn', values: ['web'] },
          ],
        },
        topologyKey: 'zone',
        ...more,
      },
    });
  });

  test('also of preferences and spread constraints; selectors that are not there stay so', () => {
    const preferred = [{ weight: 1, podAffinityTerm: { topologyKey: 'zone', matchLabelKeys: ['hash'] } }];
    const spec = created({
      affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
      topologySpreadConstraints: terms({ matchLabelKeys: ['hash'] }),
    });
    expect(spec.topologySpreadConstraints?.[0]?.labelSelector?.matchExpressions).toEqual([
      { key: 'hash', operator: 'In', values: ['1'] },
    ]);
    const [first] = spec.affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    expect(first?.podAffinityTerm?.labelSelector).toBeUndefined();
  });
});

test.each<[string, object, string]>([
  ['a key that is no label', { matchLabelKeys: ['no key'] }, 'matchLabelKeys[0]'],
  ['keys without a selector', { labelSelector: undefined, matchLabelKeys: ['hash'] }, 'matchLabelKeys'],
  ['a key both ways', { matchLabelKeys: ['hash'], mismatchLabelKeys: ['hash'] }, 'matchLabelKeys[0]'],
])('%s is refused', (_, more, field) => {
  const at = 'podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]';
  const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms(more) } };
  const causes = checkPodSpec('spec', { containers: [{ name: 'c', image: 'i' }], affinity }, { isPod: true });
  expect(causes.map((cause) => cause.field)).toContain(`spec.affinity.${at}.${field}`);
});
