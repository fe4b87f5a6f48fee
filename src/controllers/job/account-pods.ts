/**
 * The accounts of a job: a finished pod's UID goes into the status, then its finalizer goes, then it is counted. Each
 * step can be taken again after a crash, and none counts a pod twice or loses it. Pure.
 * Source: job_controller.go, trackJobStatusAndRemoveFinalizers.
 */
import type { Job, JobStatus, Uncounted } from '../kinds/job.ts';
import { isFailed, judgeFailure } from './failure-policy.ts';
import { IndexSet } from './index-set.ts';
import type { Verdict } from './job-conditions.ts';
import { hasIndex, isIndexed, type JobCounts } from './job-counts.ts';
import type { JobPod } from './job-pod.ts';

/** Of UIDs in the status: 500 are 20 KB. Source: MaxUncountedPods. */
const MAX_UNCOUNTED = 500;

export interface Account {
  /** The parts of the status that change before any finalizer goes. */
  readonly status: JobStatus;
  /** Pods whose finalizer may go once that is written. */
  readonly release: readonly JobPod[];
  /** Every pod that can be accounted for is. */
  readonly isWhole: boolean;
}

/** Moves UIDs without a finalizer from the list into the counters. */
export function settleCounted(status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const still = {
    succeeded: succeeded.filter((uid) => tracked.has(uid)),
    failed: failed.filter((uid) => tracked.has(uid)),
  };
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - still.succeeded.length,
    failed: (status.failed ?? 0) + failed.length - still.failed.length,
    uncountedTerminatedPods: still,
  };
}

export function accountPods(
  job: Job,
  pods: readonly JobPod[],
  counts: JobCounts,
  verdict: Verdict | undefined,
): Account {
  const tracked = new Set(pods.filter((pod) => pod.tracked).map(({ uid }) => uid));
  const settled = settleCounted(job.status ?? {}, tracked);
  const { succeeded = [], failed = [] } = settled.uncountedTerminatedPods ?? {};
  const known: Ledger = { succeeded: new Set(succeeded), failed: new Set(failed), indexes: new Set() };
  const release: JobPod[] = [];
  const ordered = isIndexed(job) ? [...pods].sort((a, b) => (a.index ?? -1) - (b.index ?? -1)) : pods;
  const candidates = ordered.filter((pod) => pod.tracked && mayRelease(job, pod, counts, verdict));
  for (const pod of candidates) {
    if (known.indexes.size + known.succeeded.size + known.failed.size >= MAX_UNCOUNTED) {
      break;
    }
    release.push(pod);
    note(job, pod, counts, verdict, known);
  }
  const uncounted: Uncounted = { succeeded: [...known.succeeded], failed: [...known.failed] };
  const status = { ...settled, uncountedTerminatedPods: uncounted };
  return {
    status: isIndexed(job) ? withIndexes(status, counts, known.indexes) : status,
    release,
    isWhole: release.length === candidates.length,
  };
}

interface Ledger {
  readonly succeeded: Set<string>;
  readonly failed: Set<string>;
  readonly indexes: Set<number>;
}

function mayRelease(job: Job, pod: JobPod, { delayed }: JobCounts, verdict: Verdict | undefined): boolean {
  if (job.metadata.deletionTimestamp !== undefined || verdict !== undefined || pod.phase === 'Succeeded') {
    return true;
  }
  return isFailed(job, pod) && delayed.get(pod.index ?? -1) !== pod;
}

/** A success of an index is known by the index, everything else by the pod's UID. */
function note(
  job: Job,
  pod: JobPod,
  { succeededBefore }: JobCounts,
  verdict: Verdict | undefined,
  known: Ledger,
): void {
  const { uid, phase, index = -1 } = pod;
  const isPlaced = !isIndexed(job) || hasIndex(job, pod);
  if (phase === 'Succeeded' && !known.failed.has(uid)) {
    if (!isIndexed(job)) {
      known.succeeded.add(uid);
    } else if (isPlaced && !succeededBefore.has(index)) {
      known.indexes.add(index);
    }
  } else if (isPlaced && (isFailed(job, pod) || verdict?.type === 'FailureTarget') && judgeFailure(job, pod).counts) {
    // With a job that fails, every pod that has not ended fails.
    known.failed.add(uid);
  }
}

function withIndexes(
  status: JobStatus,
  { succeededBefore, failedIndexes }: JobCounts,
  added: Iterable<number>,
): JobStatus {
  const completed = succeededBefore.with(IndexSet.of(added));
  const { completedIndexes: _, ...rest } = status;
  return {
    ...rest,
    succeeded: completed.size,
    ...(completed.size === 0 ? {} : { completedIndexes: String(completed) }),
    ...(failedIndexes === undefined ? {} : { failedIndexes: String(failedIndexes) }),
  };
}
