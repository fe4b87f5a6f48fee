/** A job's conditions. Pure. Source: job_controller.go, ensureJobConditionStatus and the reasons of batch/v1. */
import { formatTime, parseTime } from '../../values/rfc3339.ts';
import { findCondition } from '../conditions.ts';
import type { Job, JobCondition } from '../kinds/job.ts';
import { isFailed, judgeFailure } from './failure-policy.ts';
import type { JobCounts } from './job-counts.ts';
import { isIndexed } from './job-counts.ts';
import type { JobPod } from './job-pod.ts';
import { metSuccessPolicy } from './success-policy.ts';

/** How a job ends: first the target is declared, then, once all pods are accounted for, the end. */
export interface Verdict {
  readonly type: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly reason: string;
  readonly message: string;
}

export const isTrue = ({ status }: Job, type: string): boolean =>
  findCondition(status?.conditions, type)?.status === 'True';
export const isOver = (job: Job): boolean => isTrue(job, 'Complete') || isTrue(job, 'Failed');

/** One that says the same keeps its time; one that is not there is not false either. */
export function ensureCondition(
  conditions: readonly JobCondition[],
  [type, status, reason, message]: readonly [type: string, status: string, reason: string, message: string],
  nowMs: number,
): JobCondition[] {
  const before = findCondition(conditions, type);
  const isSame = before?.status === status && before.reason === reason && before.message === message;
  if (isSame || (before === undefined && status === 'False')) {
    return [...conditions];
  }
  const now = formatTime(nowMs);
  const entry = { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
  return before === undefined
    ? [...conditions, entry]
    : conditions.map((condition) => (condition === before ? entry : condition));
}

export const COMPLETE: Verdict = {
  type: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};
const failure = (reason: string, message: string): Verdict => ({ type: 'FailureTarget', reason, message });

/** Milliseconds until the deadline; 0: past it; undefined: there is none, or its clock stands still. */
export function deadlineInMs({ spec, status }: Job, nowMs: number): number | undefined {
  const start = parseTime(status?.startTime);
  return spec.activeDeadlineSeconds === undefined || start === undefined || spec.suspend === true
    ? undefined
    : Math.max(0, start + spec.activeDeadlineSeconds * 1_000 - nowMs);
}

/** What was declared once stays; else the first reason that holds. */
export function judgeJob(job: Job, pods: readonly JobPod[], counts: JobCounts, nowMs: number): Verdict | undefined {
  for (const type of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const declared = isTrue(job, type) ? findCondition(job.status?.conditions, type) : undefined;
    if (declared !== undefined) {
      return { type, reason: declared.reason ?? '', message: declared.message ?? '' };
    }
  }
  return (
    failedByPolicy(job, pods) ??
    (isBeyondLimit(job, pods, counts)
      ? failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
      : undefined) ??
    (deadlineInMs(job, nowMs) === 0
      ? failure('DeadlineExceeded', 'Job was active longer than specified deadline')
      : undefined) ??
    (isIndexed(job) ? judgeIndexes(job, counts) : undefined)
  );
}

function failedByPolicy(job: Job, pods: readonly JobPod[]): Verdict | undefined {
  const failed = job.spec.podFailurePolicy === undefined ? [] : pods.filter((pod) => isFailed(job, pod));
  const message = failed.map((pod) => judgeFailure(job, pod).message).find((text) => text !== undefined);
  return message === undefined ? undefined : failure('PodFailurePolicy', message);
}

/** Restarts in place count where the containers restart themselves. Source: pastBackoffLimitOnFailure. */
function isBeyondLimit({ spec }: Job, pods: readonly JobPod[], { failed }: JobCounts): boolean {
  const { backoffLimit = 6, template } = spec;
  if (failed > backoffLimit) {
    return true;
  }
  const running = pods.filter(({ phase }) => phase === 'Running' || phase === 'Pending');
  const restarts = running.reduce((sum, { allRestarts }) => sum + allRestarts, 0);
  return template.spec?.restartPolicy === 'OnFailure' && restarts > 0 && restarts >= backoffLimit;
}

function judgeIndexes(job: Job, { failedIndexes, succeededIndexes }: JobCounts): Verdict | undefined {
  const { maxFailedIndexes, completions = 0 } = job.spec;
  const failed = failedIndexes?.size ?? 0;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return failure('MaxFailedIndexesExceeded', message);
  }
  if (failed > 0 && failed + succeededIndexes.size >= completions) {
    return failure('FailedIndexes', 'Job has failed indexes');
  }
  const met = metSuccessPolicy(job, succeededIndexes);
  return met === undefined ? undefined : { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: met };
}
