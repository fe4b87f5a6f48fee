/** Which pods a job gives up or makes. Pure. Source: job_controller.go, manageJob. */
import type { Job } from '../kinds/job.ts';
import { deletionOrder } from '../replicaset/deletion-order.ts';
import { indexBackoffMs, jobBackoffMs } from './backoff.ts';
import { replacesEndedOnly } from './failure-policy.ts';
import { IndexSet } from './index-set.ts';
import { hasIndex, indexesOf, isIndexed, type JobCounts } from './job-counts.ts';
import type { JobPod } from './job-pod.ts';

/** Creates or deletes in one go. Source: MaxPodCreateDeletePerSync. */
const MAX_CHANGES = 500;

export interface PodPlan {
  readonly remove: readonly JobPod[];
  /** Indexes, or as many times undefined. */
  readonly create: readonly (number | undefined)[];
  /** Milliseconds until it may create more; undefined: nothing holds it up. */
  readonly waitMs?: number;
}
const NOTHING: PodPlan = { remove: [], create: [] };

export function planPods(job: Job, pods: readonly JobPod[], counts: JobCounts, nowMs: number): PodPlan {
  const { active } = counts;
  if (job.spec.suspend === true) {
    return { ...NOTHING, remove: active.slice(0, MAX_CHANGES), ...more(active.length) };
  }
  const wanted = wantedActive(job, counts);
  const remove = surplus(job, active, Math.max(0, active.length - wanted), nowMs).slice(0, MAX_CHANGES);
  // Either one or the other in one go: a duplicate may hold the place of what is missing.
  const terminating = replacesEndedOnly(job) ? counts.terminating : 0;
  const missing = Math.min(MAX_CHANGES, wanted - terminating - active.length);
  if (remove.length > 0 || missing <= 0) {
    return { ...NOTHING, remove, ...more(remove.length) };
  }
  const candidates = places(job, pods, counts, missing);
  if (job.spec.backoffLimitPerIndex === undefined) {
    const waitMs = jobBackoffMs(job, pods, counts, nowMs);
    return waitMs > 0 ? { ...NOTHING, waitMs } : { ...NOTHING, create: candidates, ...more(candidates.length) };
  }
  const waits = candidates.map((index) => indexBackoffMs(counts.delayed.get(index ?? -1), nowMs));
  const create = candidates.filter((_, at) => waits[at] === 0);
  const later = waits.filter((wait) => wait > 0);
  return { ...NOTHING, create, ...(later.length === 0 ? more(create.length) : { waitMs: Math.min(...later) }) };
}

/** The changes of one go may not have been all. */
const more = (changes: number): { waitMs?: number } => (changes < MAX_CHANGES ? {} : { waitMs: 0 });

/** Without a number of completions one success is enough, and whatever runs then may end. */
function wantedActive({ spec }: Job, { active, succeeded }: JobCounts): number {
  const { parallelism = 1, completions } = spec;
  if (completions === undefined) {
    return succeeded > 0 ? active.length : parallelism;
  }
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

function places(
  job: Job,
  pods: readonly JobPod[],
  { active, succeededIndexes, failedIndexes = IndexSet.empty }: JobCounts,
  count: number,
): (number | undefined)[] {
  if (!isIndexed(job)) {
    return Array.from({ length: count }, () => undefined);
  }
  const ending = replacesEndedOnly(job)
    ? pods.filter(({ deletionTime, phase }) => deletionTime !== undefined && !['Succeeded', 'Failed'].includes(phase))
    : [];
  const taken = succeededIndexes.with(failedIndexes).with(indexesOf([...active, ...ending]));
  return taken.missing(count, job.spec.completions ?? 0);
}

/** Of an indexed job all but one of each index, and those without one; then as many as there are too many. */
function surplus(job: Job, active: readonly JobPod[], tooMany: number, nowMs: number): JobPod[] {
  const ordered = deletionOrder(active, () => 0, nowMs) as JobPod[];
  if (!isIndexed(job)) {
    return ordered.slice(0, tooMany);
  }
  const last = new Map(ordered.filter((pod) => hasIndex(job, pod)).map((pod) => [pod.index, pod]));
  const misplaced = ordered.filter((pod) => last.get(pod.index) !== pod);
  const others = ordered.filter((pod) => last.get(pod.index) === pod);
  return [...misplaced, ...others.slice(0, Math.max(0, tooMany - misplaced.length))];
}
