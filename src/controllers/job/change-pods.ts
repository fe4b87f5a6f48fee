/** Carries out what a job wants of its pods, and says what that leaves. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { Job } from '../kinds/job.ts';
import { createPods, deletePods } from '../pod-writes.ts';
import { COMPLETE, type Verdict } from './job-conditions.ts';
import type { JobCounts } from './job-counts.ts';
import type { JobPod } from './job-pod.ts';
import { newJobPod } from './new-job-pod.ts';
import { stopTracking } from './pods-of-job.ts';
import { planPods } from './wanted-pods.ts';

export interface PodChanges {
  readonly verdict?: Verdict;
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  /** Milliseconds until more pods may be made or given up. */
  readonly waitMs?: number;
  readonly error?: Error;
}

/** The verdict stands once every active pod is on its way out: those that are not might still succeed. */
export async function changePods(
  context: ControllerContext,
  emit: Emit,
  job: Job,
  pods: readonly JobPod[],
  counts: JobCounts,
  judged: Verdict | undefined,
  run: ReconcileContext,
): Promise<PodChanges> {
  if (judged !== undefined) {
    const { done, error } = await deletePods(context, emit, job, counts.active, run);
    return {
      ...left(counts, done),
      ...(done === counts.active.length ? { verdict: judged } : {}),
      ...(error === undefined ? {} : { error }),
    };
  }
  if (job.metadata.deletionTimestamp !== undefined) {
    return left(counts, 0);
  }
  const plan = planPods(job, pods, counts, context.clock.now());
  const removed = await giveUp(context, emit, job, plan.remove, run);
  const wanted = plan.create.map((index) => newJobPod(job, index, counts.delayed.get(index ?? -1)));
  const created = await createPods(context, emit, job, wanted, run);
  const error = removed.error ?? created.error;
  const after = left(counts, removed.done);
  const active = after.active + created.done;
  return {
    ...{ ...after, active },
    ...(isComplete(job, counts, active) ? { verdict: COMPLETE } : {}),
    ...(plan.waitMs === undefined ? {} : { waitMs: plan.waitMs }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Of those deleted how many were ready is not known any more: the next look counts. */
const left = ({ active, ready, terminating }: JobCounts, deleted: number): Omit<PodChanges, 'verdict'> => ({
  active: active.length - deleted,
  ready: Math.min(ready, active.length - deleted),
  terminating: terminating + deleted,
});

/** Uncounted: they neither failed nor succeeded. */
async function giveUp(
  context: ControllerContext,
  emit: Emit,
  job: Job,
  pods: readonly JobPod[],
  run: ReconcileContext,
): Promise<{ done: number; error?: Error }> {
  const { untracked, error } = await stopTracking(context.registry, pods, run.lease);
  const free = pods.filter(({ uid }) => untracked.has(uid));
  const deleted = await deletePods(context, emit, job, free, run);
  return error === undefined ? deleted : { done: deleted.done, error };
}

function isComplete({ spec }: Job, { succeeded }: JobCounts, active: number): boolean {
  return active === 0 && (spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions);
}
