/** What a job decides from its pods: policies, back-off, which pods to make or give up, how it ends. */
import { describe, expect, test } from 'vitest';
import type { Job, JobSpec, JobStatus } from '../kinds/job.ts';
import { indexBackoffMs, jobBackoffMs } from './backoff.ts';
import { isFailed, judgeFailure } from './failure-policy.ts';
import { IndexSet } from './index-set.ts';
import { ensureCondition, judgeJob } from './job-conditions.ts';
import { countPods } from './job-counts.ts';
import type { JobPod } from './job-pod.ts';
import { metSuccessPolicy } from './success-policy.ts';
import { planPods } from './wanted-pods.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const job = (spec: Partial<JobSpec> = {}, status: JobStatus = {}): Job => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', namespace: 'default', uid: 'u' } },
  spec: { parallelism: 2, completions: 4, backoffLimit: 6, template: { spec: { restartPolicy: 'Never' } }, ...spec },
  status: { startTime: '2026-01-02T03:00:00Z', ...status },
});
const indexed = (spec: Partial<JobSpec> = {}, status: JobStatus = {}) =>
  job({ completionMode: 'Indexed', ...spec }, status);
const pod = (name: string, more: Partial<JobPod> = {}): JobPod =>
  ({
    ...{ namespace: 'default', name, uid: name, phase: 'Running', deletionTime: undefined, nodeName: 'n', ready: true },
    ...{ tracked: true, index: undefined, allRestarts: 0, finishedAt: NOW, failures: 0, ignoredFailures: 0 },
    ...{ exits: [], conditions: [], createdAt: 0, readySince: 0, restarts: 0, deletionCost: 0 },
    ...more,
  }) as JobPod;
const failed = (name: string, more: Partial<JobPod> = {}) => pod(name, { phase: 'Failed', ready: false, ...more });
const succeeded = (name: string, more: Partial<JobPod> = {}) =>
  pod(name, { phase: 'Succeeded', ready: false, ...more });
const plan = (of: Job, pods: JobPod[]) => planPods(of, pods, countPods(of, pods), NOW);
const names = (pods: readonly JobPod[]) => pods.map(({ name }) => name);

describe('a failure policy', () => {
  const exits = [
    { container: 'main', code: 0 },
    { container: 'side', code: 42 },
  ];
  const rule = (action: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore', more: object) => ({ action, ...more });
  test.each<[string, object[], Partial<JobPod>, ReturnType<typeof judgeFailure>]>([
    ['none', [], { exits }, { counts: true }],
    [
      'an exit code in the list',
      [rule('FailJob', { onExitCodes: { operator: 'In', values: [1, 42] } })],
      { exits },
      {
        ...{ action: 'FailJob', counts: true },
        message: 'Container side for pod default/p failed with exit code 42 matching FailJob rule at index 0',
      },
    ],
    [
      'an exit code that is not in it; 0 is none',
      [rule('Ignore', { onExitCodes: { operator: 'NotIn', values: [1] } })],
      { exits },
      { action: 'Ignore', counts: false },
    ],
    [
      'of another container',
      [rule('Ignore', { onExitCodes: { containerName: 'main', operator: 'NotIn', values: [1] } })],
      { exits },
      { counts: true },
    ],
    [
      'a condition, the first rule that matches',
      [
        rule('Count', { onPodConditions: [{ type: 'DisruptionTarget', status: 'False' }] }),
        rule('FailJob', { onPodConditions: [{ type: 'DisruptionTarget' }] }),
        rule('Ignore', { onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }),
      ],
      { conditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      {
        ...{ action: 'FailJob', counts: true },
        message: 'Pod default/p has condition DisruptionTarget matching FailJob rule at index 1',
      },
    ],
  ])('%s', (_, rules, more, verdict) => {
    const of = job({ podFailurePolicy: { rules: rules as never } });
    expect(judgeFailure(of, failed('p', more))).toEqual(verdict);
  });

  test('waits until a pod has ended; without one, a pod that goes has failed', () => {
    const going = pod('p', { deletionTime: NOW });
    expect(isFailed(job(), going)).toBe(true);
    expect(isFailed(job({ podFailurePolicy: { rules: [] } }), going)).toBe(false);
    expect(isFailed(job({ podReplacementPolicy: 'Failed' }), going)).toBe(false);
    expect(isFailed(job(), succeeded('p', { deletionTime: NOW }))).toBe(false);
  });
});

test.each<[string, object[], number[], string | undefined]>([
  ['all of the given', [{ succeededIndexes: '0,2-3' }], [0, 2, 3], 'Matched rules at index 0'],
  ['not all of them', [{ succeededIndexes: '0,2-3' }], [0, 2], undefined],
  ['some of them', [{ succeededIndexes: '0,2-3', succeededCount: 2 }], [0, 3], 'Matched rules at index 0'],
  ['some of any', [{ succeededIndexes: '1' }, { succeededCount: 2 }], [0, 3], 'Matched rules at index 1'],
  ['none yet', [{ succeededCount: 0 }], [], undefined],
  ['no index that there is', [{ succeededIndexes: '9' }], [0], undefined],
])('a success policy is met by %s', (_, rules, indexes, message) => {
  expect(metSuccessPolicy(indexed({ successPolicy: { rules } }), IndexSet.of(indexes))).toBe(message);
});

describe('back-off', () => {
  const wait = (pods: JobPod[], status: JobStatus = {}) =>
    jobBackoffMs(job({}, status), pods, countPods(job({}, status), pods), NOW);
  test.each<[string, JobPod[], JobStatus, number]>([
    ['none without a failure', [pod('a')], {}, 0],
    ['ten seconds after one', [failed('a', { finishedAt: NOW - 4_000 })], {}, 6_000],
    [
      'doubled by each, from the last',
      [failed('a', { finishedAt: NOW - 9_000 }), failed('b'), failed('c')],
      {},
      40_000,
    ],
    [
      'counted from the last success',
      [failed('a', { finishedAt: NOW - 2 }), succeeded('b', { finishedAt: NOW - 1 }), failed('c')],
      {},
      10_000,
    ],
    ['ended by a success', [failed('a', { finishedAt: NOW - 2 }), succeeded('b')], {}, 0],
    ['known of pods that are gone', [failed('a', { tracked: false })], { failed: 3 }, 40_000],
    ['ten minutes at most', [failed('a', { tracked: false })], { failed: 30 }, 600_000],
    ['over in time', [failed('a', { finishedAt: NOW - 10_000 })], {}, 0],
  ])('is %s', (_, pods, status, expected) => {
    expect(wait(pods, status)).toBe(expected);
  });

  test('of an index follows the count that its last pod carries', () => {
    expect(indexBackoffMs(undefined, NOW)).toBe(0);
    expect(indexBackoffMs(failed('a', { failures: 1, ignoredFailures: 1 }), NOW)).toBe(40_000);
  });
});

describe('pods', () => {
  test.each<[string, Job, JobPod[], { remove: string[]; create: (number | undefined)[]; waitMs?: number }]>([
    ['as many as run at once', job(), [], { remove: [], create: [undefined, undefined] }],
    ['no more than are missing', job({}, { succeeded: 3 }), [], { remove: [], create: [undefined] }],
    ['no more than run at once', job(), [pod('a')], { remove: [], create: [undefined] }],
    [
      'too many: unready first',
      job({ parallelism: 1 }),
      [pod('a'), pod('b', { ready: false })],
      { remove: ['b'], create: [] },
    ],
    ['all of a suspended job', job({ suspend: true }), [pod('a')], { remove: ['a'], create: [] }],
    ['not while a failure is young', job(), [failed('a')], { remove: [], create: [], waitMs: 10_000 }],
    [
      'of a queue: none after the first success',
      job({ completions: undefined as never }, { succeeded: 1 }),
      [pod('a')],
      { remove: [], create: [] },
    ],
    [
      'indexes that are missing',
      indexed({ parallelism: 3 }, { completedIndexes: '1' }),
      [pod('a', { index: 0 })],
      { remove: [], create: [2, 3] },
    ],
    [
      'one of each index, and none without',
      indexed({ parallelism: 9 }),
      [
        pod('a', { index: 0 }),
        pod('b', { index: 0, ready: false }),
        pod('c'),
        pod('d', { index: 4 }),
        pod('e', { index: 3 }),
      ],
      { remove: ['b', 'c', 'd'], create: [] },
    ],
    [
      'each index by its own back-off',
      indexed({ parallelism: 3, backoffLimitPerIndex: 2 }),
      [failed('a', { index: 0 }), failed('b', { index: 1, finishedAt: NOW - 60_000 })],
      { remove: [], create: [1, 2], waitMs: 10_000 },
    ],
    [
      'not before one that ends is gone, where only ended ones are replaced',
      job({ podReplacementPolicy: 'Failed' }),
      [pod('a', { deletionTime: NOW }), pod('b')],
      { remove: [], create: [] },
    ],
  ])('%s', (_, of, pods, { remove, create, waitMs }) => {
    const made = plan(of, pods);
    expect([names(made.remove).sort(), made.create, made.waitMs]).toEqual([remove, create, waitMs]);
  });

  test('come 500 at a time', () => {
    const { create, waitMs } = plan(job({ parallelism: 700, completions: 900 }), []);
    expect([create.length, waitMs]).toEqual([500, 0]);
  });
});

describe('the end', () => {
  const verdict = (of: Job, pods: JobPod[]) => judgeJob(of, pods, countPods(of, pods), NOW);
  test.each<[string, Job, JobPod[], string | undefined]>([
    ['goes on', job(), [pod('a'), failed('b')], undefined],
    ['too many failures', job({ backoffLimit: 1 }), [failed('a'), failed('b')], 'BackoffLimitExceeded'],
    [
      'ignored failures do not count',
      job({ backoffLimit: 0, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'X' }] }] } }),
      [failed('a', { conditions: [{ type: 'X', status: 'True' }] })],
      undefined,
    ],
    [
      'restarts in place count',
      job({ backoffLimit: 2, template: { spec: { restartPolicy: 'OnFailure' } } }),
      [pod('a', { allRestarts: 2 })],
      'BackoffLimitExceeded',
    ],
    [
      'one restart where none may be',
      job({ backoffLimit: 0, template: { spec: { restartPolicy: 'OnFailure' } } }),
      [pod('a', { allRestarts: 1 })],
      'BackoffLimitExceeded',
    ],
    ['too long', job({ activeDeadlineSeconds: 245 }), [pod('a')], 'DeadlineExceeded'],
    ['not yet too long', job({ activeDeadlineSeconds: 246 }), [pod('a')], undefined],
    ['a suspended job has time', job({ activeDeadlineSeconds: 1, suspend: true }), [], undefined],
    [
      'a rule that fails it',
      job({ podFailurePolicy: { rules: [{ action: 'FailJob', onPodConditions: [{ type: 'X' }] }] } }),
      [failed('a', { conditions: [{ type: 'X', status: 'True' }] })],
      'PodFailurePolicy',
    ],
    [
      'too many failed indexes',
      indexed({ backoffLimitPerIndex: 0, maxFailedIndexes: 0 }),
      [failed('a', { index: 1 })],
      'MaxFailedIndexesExceeded',
    ],
    [
      'failed indexes and no others left',
      indexed({ backoffLimitPerIndex: 0 }, { completedIndexes: '0,2,3' }),
      [failed('a', { index: 1 })],
      'FailedIndexes',
    ],
    ['failed indexes and others left', indexed({ backoffLimitPerIndex: 0 }), [failed('a', { index: 1 })], undefined],
    [
      'an index may fail so often',
      indexed({ backoffLimitPerIndex: 1, maxFailedIndexes: 0 }),
      [failed('a', { index: 1 })],
      undefined,
    ],
    [
      'an index that fails by a rule',
      indexed({
        backoffLimitPerIndex: 5,
        maxFailedIndexes: 0,
        podFailurePolicy: { rules: [{ action: 'FailIndex', onPodConditions: [{ type: 'X' }] }] },
      }),
      [failed('a', { index: 1, conditions: [{ type: 'X', status: 'True' }] })],
      'MaxFailedIndexesExceeded',
    ],
    [
      'a policy of success',
      indexed({ successPolicy: { rules: [{ succeededCount: 1 }] } }),
      [succeeded('a', { index: 2 })],
      'SuccessPolicy',
    ],
    [
      'what was declared stays',
      job({ backoffLimit: 0 }, { conditions: [{ type: 'SuccessCriteriaMet', status: 'True', reason: 'R' }] }),
      [failed('a')],
      'R',
    ],
  ])('%s', (_, of, pods, reason) => {
    expect(verdict(of, pods)?.reason).toBe(reason);
  });

  test('a condition that says the same keeps its time; what was never true is not false', () => {
    const at = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
    const first = ensureCondition([], ['Suspended', 'True', 'R', 'M'], NOW);
    expect(ensureCondition(first, ['Suspended', 'True', 'R', 'M'], NOW + 5_000)).toEqual(first);
    expect(ensureCondition(first, ['Suspended', 'False', 'R', 'M'], NOW + 5_000)).toEqual([
      expect.objectContaining({ status: 'False', lastTransitionTime: at(NOW + 5_000), lastProbeTime: at(NOW + 5_000) }),
    ]);
    expect(ensureCondition([], ['Suspended', 'False', 'R', 'M'], NOW)).toEqual([]);
  });
});
