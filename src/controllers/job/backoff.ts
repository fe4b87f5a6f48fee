/**
 * How long a job waits before it makes pods anew. Pure, from the pods that are there: a restart forgets nothing.
 * Source: backoff_utils.go, which keeps the same count in memory.
 */
import type { Job } from '../kinds/job.ts';
import { isFailed } from './failure-policy.ts';
import { allFailures, type JobCounts } from './job-counts.ts';
import type { JobPod } from './job-pod.ts';

/** Source: DefaultJobPodFailureBackOff, MaxJobPodFailureBackOff. */
const FIRST_MS = 10_000;
const MAX_MS = 600_000;

/** Milliseconds left after so many failures in a row. */
function remaining(failures: number, lastFailure: number, nowMs: number): number {
  const wait = failures === 0 ? 0 : Math.min(MAX_MS, FIRST_MS * 2 ** (failures - 1));
  return failures === 0 ? 0 : Math.max(0, lastFailure + wait - nowMs);
}

/** Failures since the last success. Pods that are gone count while nothing has succeeded: the status knows of them. */
export function jobBackoffMs(
  job: Job,
  pods: readonly JobPod[],
  { succeeded, failed }: JobCounts,
  nowMs: number,
): number {
  const lastSuccess = Math.max(0, ...pods.filter(({ phase }) => phase === 'Succeeded').map((pod) => pod.finishedAt));
  const failures = pods.filter((pod) => isFailed(job, pod) && pod.finishedAt > lastSuccess);
  const lastFailure = Math.max(0, ...failures.map((pod) => pod.finishedAt));
  const count = succeeded === 0 && failures.length > 0 ? Math.max(failed, failures.length) : failures.length;
  return remaining(count, lastFailure, nowMs);
}

/** Of one index, whose last failed pod carries the count. */
export const indexBackoffMs = (last: JobPod | undefined, nowMs: number): number =>
  last === undefined ? 0 : remaining(allFailures(last) + 1, last.finishedAt, nowMs);
