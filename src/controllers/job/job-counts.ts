/** A job's pods counted, each once: by its finalizer, by its UID in the status, or by its index. Pure. */
import type { Job } from '../kinds/job.ts';
import { isActive, isFinished } from '../views/pod-info.ts';
import { isFailed, judgeFailure } from './failure-policy.ts';
import { IndexSet } from './index-set.ts';
import type { JobPod } from './job-pod.ts';

export interface JobCounts {
  readonly active: readonly JobPod[];
  readonly ready: number;
  /** Being deleted and not over yet. */
  readonly terminating: number;
  readonly newFailed: readonly JobPod[];
  readonly succeeded: number;
  readonly failed: number;
  /** Of indexed jobs: what the status said, and with the pods that are new. */
  readonly succeededBefore: IndexSet;
  readonly succeededIndexes: IndexSet;
  /** Of jobs with a limit per index. */
  readonly failedIndexes: IndexSet | undefined;
  /** Failed pods that wait for their replacement, which takes over their count; by index. */
  readonly delayed: ReadonlyMap<number, JobPod>;
}

export const isIndexed = ({ spec }: Pick<Job, 'spec'>): boolean => spec.completionMode === 'Indexed';

export const hasIndex = (job: Pick<Job, 'spec'>, { index }: JobPod): boolean =>
  index !== undefined && index < (job.spec.completions ?? 0);

export function countPods(job: Job, pods: readonly JobPod[]): JobCounts {
  const { status = {}, spec } = job;
  const { succeeded: countingSucceeded = [], failed: countingFailed = [] } = status.uncountedTerminatedPods ?? {};
  const active = pods.filter(isActive);
  const valid = pods.filter((pod) => pod.tracked && (!isIndexed(job) || hasIndex(job, pod)));
  const isNew = (counting: readonly string[]) => {
    const known = new Set(counting);
    return ({ uid }: JobPod): boolean => !known.has(uid);
  };
  const newSucceeded = valid.filter(({ phase }) => phase === 'Succeeded').filter(isNew(countingSucceeded));
  const newFailed = valid.filter((pod) => isFailed(job, pod)).filter(isNew(countingFailed));
  const counted = newFailed.filter((pod) => judgeFailure(job, pod).counts).length;
  const succeededBefore = IndexSet.parse(isIndexed(job) ? status.completedIndexes : '', spec.completions ?? 0);
  const succeededIndexes = succeededBefore.with(indexesOf(valid.filter(({ phase }) => phase === 'Succeeded')));
  const failedIndexes = failedIndexesOf(job, valid);
  return {
    ...{ active, newFailed, succeededBefore, succeededIndexes, failedIndexes },
    ready: active.filter(({ ready }) => ready).length,
    terminating: pods.filter((pod) => pod.deletionTime !== undefined && !isFinished(pod)).length,
    succeeded: isIndexed(job)
      ? succeededIndexes.size
      : (status.succeeded ?? 0) + newSucceeded.length + countingSucceeded.length,
    failed: (status.failed ?? 0) + counted + countingFailed.length,
    delayed: delayedPods(job, valid, indexesOf(active), succeededIndexes, failedIndexes),
  };
}

export const indexesOf = (pods: readonly JobPod[]): IndexSet =>
  IndexSet.of(pods.flatMap(({ index }) => (index === undefined ? [] : [index])));

function failedIndexesOf(job: Job, valid: readonly JobPod[]): IndexSet | undefined {
  const { backoffLimitPerIndex, completions = 0 } = job.spec;
  if (!isIndexed(job) || backoffLimitPerIndex === undefined) {
    return undefined;
  }
  const isOver = (pod: JobPod): boolean => {
    const { action, counts } = judgeFailure(job, pod);
    return action === 'FailIndex' || (counts && pod.failures >= backoffLimitPerIndex);
  };
  const over = valid.filter((pod) => isFailed(job, pod) && isOver(pod));
  return IndexSet.parse(job.status?.failedIndexes, completions).with(indexesOf(over));
}

/** Of each index that is to be tried again the latest failure. */
function delayedPods(
  job: Job,
  valid: readonly JobPod[],
  active: IndexSet,
  succeeded: IndexSet,
  failed: IndexSet | undefined,
): ReadonlyMap<number, JobPod> {
  const latest = new Map<number, JobPod>();
  for (const pod of failed === undefined ? [] : valid.filter((one) => isFailed(job, one))) {
    const index = pod.index ?? 0;
    const before = latest.get(index);
    const isLater =
      before === undefined || (allFailures(before) <= allFailures(pod) && before.finishedAt <= pod.finishedAt);
    if (isLater && !active.has(index) && !succeeded.has(index) && failed?.has(index) !== true) {
      latest.set(index, pod);
    }
  }
  return latest;
}

export const allFailures = ({ failures, ignoredFailures }: JobPod): number => failures + ignoredFailures;
