/** The steps of a job's status: start, suspension, the declared target, the end. Pure. Source: job_controller.go. */
import { formatTime } from '../../values/rfc3339.ts';
import { same } from '../equality.ts';
import type { Job, JobStatus } from '../kinds/job.ts';
import { ensureCondition, isTrue, type Verdict } from './job-conditions.ts';

/** The clock of a suspended job stands still, and starts anew when it is resumed. */
export const withStart = (job: Job, nowMs: number): Job =>
  job.spec.suspend === true || (job.status?.startTime !== undefined && !isTrue(job, 'Suspended'))
    ? job
    : { ...job, status: { ...job.status, startTime: formatTime(nowMs) } };

/** `tell`: the event, where the condition changed. */
export function withSuspension(
  { spec }: Job,
  status: JobStatus,
  nowMs: number,
): { status: JobStatus; tell?: readonly [reason: string, message: string] } {
  const { conditions = [] } = status;
  const [text, word] = spec.suspend === true ? (['True', 'Suspended'] as const) : (['False', 'Resumed'] as const);
  const message = `Job ${word.toLowerCase()}`;
  const next = ensureCondition(conditions, ['Suspended', text, `Job${word}`, message], nowMs);
  return same(conditions, next) ? { status } : { status: { ...status, conditions: next }, tell: [word, message] };
}

const declared = (status: JobStatus, type: string, { reason, message }: Verdict, nowMs: number): JobStatus => ({
  ...status,
  conditions: ensureCondition(status.conditions ?? [], [type, 'True', reason, message], nowMs),
});

export const withTarget = (status: JobStatus, verdict: Verdict, nowMs: number): JobStatus =>
  declared(status, verdict.type, verdict, nowMs);

export const withEnd = (status: JobStatus, verdict: Verdict, nowMs: number): JobStatus =>
  verdict.type === 'SuccessCriteriaMet'
    ? { ...declared(status, 'Complete', verdict, nowMs), completionTime: formatTime(nowMs) }
    : declared(status, 'Failed', verdict, nowMs);

/** Nothing is left to wait for. */
export const mayEnd = ({ terminating = 0, uncountedTerminatedPods = {} }: JobStatus): boolean =>
  terminating === 0 &&
  (uncountedTerminatedPods.succeeded ?? []).length + (uncountedTerminatedPods.failed ?? []).length === 0;

/** As Kubernetes writes it: counts of 0 are left out, but for `ready` and `terminating`; the uncounted are always there. */
export function wireStatus(status: JobStatus): JobStatus {
  const { active = 0, succeeded = 0, failed = 0, uncountedTerminatedPods = {}, ...rest } = status;
  const uncounted = Object.entries(uncountedTerminatedPods).filter(([, uids]) => uids.length > 0);
  return {
    ...rest,
    ...(active === 0 ? {} : { active }),
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(failed === 0 ? {} : { failed }),
    uncountedTerminatedPods: Object.fromEntries(uncounted),
  };
}
