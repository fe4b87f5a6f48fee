import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PodDisruptionBudget } from '../../resources/policy/pod-disruption-budget.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { DELETION_TIMEOUT_MS, expectations, failedStatus, lookAtBudget } from './budget-status.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const budget = (status: object = {}): PodDisruptionBudget => ({
  ...{
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace: 'default', generation: 3 },
  },
  status,
});
const pod = (name: string, more: Partial<PodInfo> = {}) =>
  ({ name, ready: true, deletionTime: undefined, ...more }) as PodInfo;

test.each<[string, object, number, number, [expected: number, desired: number]]>([
  ['an integer to be there is of the pods that are', { minAvailable: 2 }, 5, 0, [5, 2]],
  ['a percentage to be there rounds up', { minAvailable: '50%' }, 1, 5, [5, 3]],
  ['an integer that may be missing', { maxUnavailable: 2 }, 1, 5, [5, 3]],
  ['a percentage that may be missing rounds up', { maxUnavailable: '30%' }, 1, 5, [5, 3]],
  ['never less than none', { maxUnavailable: 9 }, 1, 5, [5, 0]],
  ['nothing asked', {}, 5, 5, [0, 0]],
])('%s', (_, spec, pods, scale, [expectedPods, desiredHealthy]) => {
  expect(expectations(spec, pods, scale)).toEqual({ expectedPods, desiredHealthy });
});

describe('a budget', () => {
  const asked = { expectedPods: 3, desiredHealthy: 1 };

  test('counts pods that are ready and stay, and not those whose eviction was granted', () => {
    const granted = {
      gone: formatTime(NOW - 1_000),
      evicted: formatTime(NOW - 20_000),
      old: formatTime(NOW - 121_000),
    };
    const pods = [
      ...[pod('a'), pod('b'), pod('unready', { ready: false }), pod('ending', { deletionTime: NOW + 1 })],
      ...[pod('evicted'), pod('old')],
    ];
    const look = lookAtBudget(budget({ disruptedPods: granted }), pods, asked, NOW);
    expect(look.status).toEqual({
      ...{ observedGeneration: 3, currentHealthy: 3, desiredHealthy: 1, expectedPods: 3, disruptionsAllowed: 2 },
      disruptedPods: { evicted: granted.evicted },
      conditions: [
        {
          ...{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '' },
          ...{ observedGeneration: 3, lastTransitionTime: '2026-01-02T03:04:05Z' },
        },
      ],
    });
    expect(look.undeleted.map(({ name }) => name)).toEqual(['old']);
    expect(look.recheckInMs).toBe(DELETION_TIMEOUT_MS - 20_000 + 1);
  });

  test('that says it already is not written; one that is not looked at yet is', () => {
    const first = lookAtBudget(budget(), [pod('a'), pod('b')], asked, NOW).status ?? expect.fail('nothing to say');
    expect(lookAtBudget(budget(first), [pod('a'), pod('b')], asked, NOW + 5_000).status).toBeUndefined();
    const stale = { ...first, observedGeneration: 2 };
    expect(lookAtBudget(budget(stale), [pod('a'), pod('b')], asked, NOW).status).toEqual(first);
    const unsaid = { ...first, conditions: [] };
    expect(lookAtBudget(budget(unsaid), [pod('a'), pod('b')], asked, NOW).status).toEqual(first);
  });

  test('grants nothing while no pod is expected, and says since when', () => {
    const { status } = lookAtBudget(budget(), [pod('a')], { expectedPods: 0, desiredHealthy: 0 }, NOW);
    expect(status).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 1 });
    const later = lookAtBudget(budget(status), [], { expectedPods: 0, desiredHealthy: 0 }, NOW + 60_000).status;
    expect(later?.conditions).toEqual(status?.conditions);
    const failed = failedStatus(budget({ ...status, disruptionsAllowed: 1 }), 'why', NOW + 60_000);
    expect(failed).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 1 });
    expect(failed.conditions).toEqual([
      expect.objectContaining({
        status: 'False',
        reason: 'SyncFailed',
        message: 'why',
        lastTransitionTime: formatTime(NOW),
      }),
    ]);
  });

  test('never grants so many that fewer than desired stay, whatever it said before', () => {
    const anyPod = fc.record({ ready: fc.boolean(), ending: fc.boolean(), granted: fc.option(fc.nat(300_000)) });
    const counts = fc.record({ expectedPods: fc.nat(12), desiredHealthy: fc.nat(12) });
    fc.assert(
      fc.property(fc.array(anyPod, { maxLength: 12 }), counts, (given, wanted) => {
        const pods = given.map(({ ready, ending }, at) =>
          pod(`p${at}`, { ready, deletionTime: ending ? NOW : undefined }),
        );
        const granted = given.flatMap(({ granted: ago }, at) =>
          ago === null ? [] : [[`p${at}`, formatTime(NOW - ago)]],
        );
        const before = budget({ disruptedPods: Object.fromEntries(granted) });
        const { status } = lookAtBudget(before, pods, wanted, NOW);
        const { disruptionsAllowed = 0, currentHealthy = 0, disruptedPods = {} } = status ?? {};
        const staying = pods.filter(({ ready, deletionTime, name }) => ready && !deletionTime && !disruptedPods[name]);
        expect(disruptionsAllowed).toBeGreaterThanOrEqual(0);
        expect(currentHealthy).toBeLessThanOrEqual(staying.length);
        expect(disruptionsAllowed === 0 || staying.length - disruptionsAllowed >= wanted.desiredHealthy).toBe(true);
      }),
    );
  });
});
