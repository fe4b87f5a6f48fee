import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { statusRefusals } = kindFixture('Job');

type Loose = Record<string, unknown>;
const spec = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } };
const T0 = '2026-01-02T03:04:05Z';
const T1 = '2026-01-02T03:05:05Z';
const conditions = (...types: string[]): Loose[] => types.map((type) => ({ type, status: 'True' }));
const complete: Loose = { conditions: conditions('SuccessCriteriaMet', 'Complete'), startTime: T0, completionTime: T1 };
const failed: Loose = { conditions: conditions('FailureTarget', 'Failed'), startTime: T0 };

const judge = (status: Loose, old: Loose = {}, more: Loose = {}): string[] => {
  const metadata = { name: 'j' };
  return statusRefusals(
    { metadata, spec: { ...spec, ...more }, status },
    { metadata, spec: { ...spec, ...more }, status: old },
  );
};

describe('a job’s status', () => {
  it.each<[string, Loose, Loose]>([
    ['runs', { active: 2, ready: 1, startTime: T0 }, {}],
    ['completes', complete, { active: 1, startTime: T0 }],
    ['fails', failed, { active: 1, startTime: T0 }],
    [
      'stays as it is, though it breaks a rule',
      { conditions: conditions('Complete') },
      { conditions: conditions('Complete') },
    ],
  ])('%s', (_name, status, old) => {
    expect(judge(status, old)).toEqual([]);
  });

  it.each<[string, Loose, Loose, string[]]>([
    [
      'is both complete and failed',
      { ...complete, conditions: conditions('SuccessCriteriaMet', 'Complete', 'Failed', 'FailureTarget') },
      {},
      [
        'status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions',
        'status.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions',
        'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions',
        'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
      ],
    ],
    [
      'fails without warning',
      { ...failed, conditions: conditions('Failed') },
      {},
      ['status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition'],
    ],
    [
      'is complete at no time',
      { ...complete, completionTime: undefined },
      {},
      ['status.completionTime: Required value: completionTime is required for Complete jobs'],
    ],
    [
      'is complete before it began',
      { ...complete, startTime: T1, completionTime: T0 },
      {},
      [`status.completionTime: Invalid value: "${T0}": completionTime cannot be set before startTime`],
    ],
    [
      'has a time of completion and goes on',
      { completionTime: T1 },
      {},
      [
        `status.completionTime: Invalid value: "${T1}": cannot set completionTime when there is no Complete=True condition`,
      ],
    ],
    [
      'is finished while pods run and wait',
      { ...failed, startTime: undefined, active: 1, terminating: 1, uncountedTerminatedPods: { failed: ['a'] } },
      {},
      [
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
        'status.startTime: Required value: startTime is required for finished job',
        'status.uncountedTerminatedPods: Invalid value: {"failed":["a"]}: uncountedTerminatedPods needs to be empty for finished job',
        'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
      ],
    ],
    [
      'has more ready than active',
      { ready: 2, active: 1 },
      {},
      ['status.ready: Invalid value: 2: cannot set more ready pods than active'],
    ],
    [
      'counts a pod twice',
      { uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['a'] } },
      {},
      [
        'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
      ],
    ],
    [
      'comes back from the end',
      { startTime: T0 },
      failed,
      [
        'status.conditions: Invalid value: cannot disable the terminal Failed=True condition',
        'status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition',
      ],
    ],
    [
      'counts backwards',
      { succeeded: 1, failed: 0 },
      { succeeded: 2, failed: 1 },
      [
        'status.failed: Invalid value: 0: cannot decrease the failed counter',
        'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
      ],
    ],
    [
      'forgets when it began',
      {},
      { startTime: T0 },
      ['status.startTime: Required value: startTime cannot be removed for unsuspended job'],
    ],
    [
      'has indexes, and is not indexed',
      { completedIndexes: '0', failedIndexes: '0' },
      {},
      [
        'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failedIndexes: Invalid value: "0": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
        'status.failedIndexes: Invalid value: "0": failedIndexes and completedIndexes overlap at index: 0',
      ],
    ],
  ])('that %s is refused', (_name, status, old, expected) => {
    expect(judge(status, old)).toEqual(expected);
  });

  it('of a suspended job may forget when it began, of a resumed one say another time; of one that shrinks, what succeeded', () => {
    expect(judge({}, { startTime: T0 }, { suspend: true })).toEqual([]);
    const resumed = [{ type: 'Suspended', status: 'False' }];
    expect(
      judge({ startTime: T1, conditions: resumed }, { startTime: T0, conditions: conditions('Suspended') }),
    ).toEqual([]);
    const elastic = { completionMode: 'Indexed', completions: 2, parallelism: 2 };
    expect(judge({ succeeded: 1 }, { succeeded: 2 }, elastic)).toEqual([]);
  });
});
