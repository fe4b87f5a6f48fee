import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { refusals, statusRefusals, warnings, row } = kindFixture('PodDisruptionBudget');

type Loose = Record<string, unknown>;
const budget = (spec: Loose, status?: Loose): object => ({
  metadata: { name: 'b' },
  spec,
  ...(status === undefined ? {} : { status }),
});
const selector = { matchLabels: { app: 'a' } };
const condition = { type: 'A', status: 'True', reason: 'Why', message: '', lastTransitionTime: '2026-01-02T03:04:05Z' };

describe('PodDisruptionBudget', () => {
  it.each<[Loose, string[]]>([
    [{}, []],
    [{ minAvailable: '100%', selector }, []],
    [
      { minAvailable: 1, maxUnavailable: 1 },
      [
        'spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set',
      ],
    ],
    [{ minAvailable: '101%' }, ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%']],
    [{ maxUnavailable: '200%' }, ['spec.maxUnavailable: Invalid value: "200%": must not be greater than 100%']],
    [{ maxUnavailable: -1 }, ['spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0']],
    [
      { unhealthyPodEvictionPolicy: 'Odd' },
      ['spec.unhealthyPodEvictionPolicy: Unsupported value: "Odd": supported values: "AlwaysAllow", "IfHealthyBudget"'],
    ],
  ])('%j', (spec, expected) => {
    expect(refusals(budget(spec))).toEqual(expected);
  });

  it('of all pods of its namespace is nothing to warn of', () => {
    expect(warnings(budget({ selector: {} }))).toEqual([]);
  });

  it('has conditions as meta/v1 has them', () => {
    const judge = (...conditions: Loose[]) => statusRefusals(budget({}, { conditions }), budget({}));
    expect(judge(condition, { ...condition, type: 'B' })).toEqual([]);
    expect(judge(condition, condition)).toEqual(['status.conditions[1].type: Duplicate value: "A"']);
    expect(
      judge({ ...condition, status: 'Maybe', reason: '', observedGeneration: -1, lastTransitionTime: null }),
    ).toEqual([
      'status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      'status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
      'status.conditions[0].lastTransitionTime: Required value: must be set',
      'status.conditions[0].reason: Required value: must be set',
    ]);
    expect(judge({ ...condition, reason: 'no good' })).toEqual([
      expect.stringContaining(
        'status.conditions[0].reason: Invalid value: "no good": a condition reason must start with',
      ),
    ]);
    expect(statusRefusals(budget({}, { expectedPods: -1 }), budget({}))).toEqual([
      'status.expectedPods: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });

  it('prints what kubectl prints', () => {
    expect(row(budget({ minAvailable: '50%' }, { disruptionsAllowed: 2 }))).toMatchObject({
      'Min Available': '50%',
      'Max Unavailable': 'N/A',
      'Allowed Disruptions': 2,
    });
  });
});
