/** One look at a job: pods made or given up, the accounts brought forward, and its end declared. */
import { ReportedError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type StoredObject } from '../../registry/registry.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { JOBS, type Job, type JobStatus } from '../kinds/job.ts';
import { type Account, accountPods, settleCounted } from './account-pods.ts';
import { changePods, type PodChanges } from './change-pods.ts';
import { deadlineInMs, isOver, judgeJob, type Verdict } from './job-conditions.ts';
import { countPods } from './job-counts.ts';
import type { JobPod } from './job-pod.ts';
import { mayEnd, wireStatus, withEnd, withStart, withSuspension, withTarget } from './job-status.ts';
import { podsOfJob, settlePods, stopTracking } from './pods-of-job.ts';

/** Jobs of other controllers are left alone. Source: KEP-4368. */
const MANAGER = 'kubernetes.io/job-controller';

export async function syncJob(
  context: ControllerContext,
  emit: Emit,
  stored: StoredObject,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const given = decodeObject<Job>(stored);
  if ((given.spec.managedBy ?? MANAGER) !== MANAGER) {
    return {};
  }
  const { namespace, uid } = given.metadata;
  const all = await podsOfJob(context.registry, namespace, uid);
  if (isOver(given)) {
    return untrackAll(context, all, run);
  }
  const pods = await settlePods(context, given, all, run.lease);
  const job = withStart(given, context.clock.now());
  const counts = countPods(job, pods);
  const judged = judgeJob(job, pods, counts, context.clock.now());
  const changes = await changePods(context, emit, job, pods, counts, judged, run);
  const account = accountPods(job, pods, counts, changes.verdict);
  return bringForward(context, emit, { stored, job, pods, changes, account }, run);
}

/** The job is over or gone: nobody counts its pods any more. */
export async function untrackAll(
  { registry }: ControllerContext,
  pods: readonly JobPod[],
  { lease }: ReconcileContext,
): Promise<ReconcileResult> {
  const tracked = pods.filter((pod) => pod.tracked);
  const { error } = await stopTracking(registry, tracked, lease);
  if (error !== undefined) {
    throw error;
  }
  return {};
}

interface Look {
  readonly stored: StoredObject;
  readonly job: Job;
  readonly pods: readonly JobPod[];
  readonly changes: PodChanges;
  readonly account: Account;
}

/** UIDs into the status, finalizers off the pods, then the counts, and the end once nothing is left to count. */
async function bringForward(
  context: ControllerContext,
  emit: Emit,
  { stored, job, pods, changes, account }: Look,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const now = context.clock.now();
  const { verdict, active, ready, terminating } = changes;
  const counted: JobStatus = { ...account.status, active, ready, terminating };
  const { status: noted, tell } =
    verdict === undefined
      ? withSuspension(job, counted, now)
      : { status: withTarget(counted, verdict, now), tell: undefined };
  const noting = await writeStatus(context, stored, job, noted, run);
  if (tell !== undefined) {
    emit(job, 'Normal', ...tell);
  }
  const { untracked, error } = await stopTracking(context.registry, account.release, run.lease);
  const tracked = pods.filter((pod) => pod.tracked && !untracked.has(pod.uid)).map((pod) => pod.uid);
  const settled = settleCounted(noted, new Set(tracked));
  const isEnd = account.isWhole && error === undefined && mayEnd(settled);
  const end = isEnd ? verdict : undefined;
  await writeStatus(context, noting, job, end === undefined ? settled : withEnd(settled, end, now), run);
  if (end !== undefined) {
    tellEnd(emit, job, settled, end);
  }
  if (changes.error !== undefined) {
    throw new ReportedError(changes.error);
  }
  if (error !== undefined) {
    throw error;
  }
  const open = verdict === undefined ? [changes.waitMs, deadlineInMs(job, now)] : [];
  const waits = [...open, account.isWhole ? undefined : 0].filter((wait) => wait !== undefined);
  return waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) };
}

async function writeStatus(
  { registry }: ControllerContext,
  stored: StoredObject,
  job: Job,
  status: JobStatus,
  { lease }: ReconcileContext,
): Promise<StoredObject> {
  const wire = wireStatus(status);
  if (same(decodeObject<Job>(stored).status, wire)) {
    return stored;
  }
  const after = { ...job, status: wire };
  const [written] = await registry.updateStatuses(JOBS, [{ before: stored, after }], { fence: lease });
  if (written === undefined || written instanceof Error) {
    throw written ?? new Error('the status was not written');
  }
  return written;
}

function tellEnd(emit: Emit, job: Job, { succeeded = 0 }: JobStatus, { type, reason, message }: Verdict): void {
  if (type === 'FailureTarget') {
    emit(job, 'Warning', reason, message);
    return;
  }
  if (job.spec.completions !== undefined && succeeded > job.spec.completions) {
    const tooMany = 'Too many succeeded pods running after completion count reached';
    emit(job, 'Warning', 'TooManySucceededPods', tooMany);
  }
  emit(job, 'Normal', 'Completed', 'Job completed');
}
