/** Passes over pods that are to run no more: deleted, over their deadline, or finished. */
import { DEADLINE_EXCEEDED, deadlineOf } from '../active-deadline.ts';
import type { KubeletContext } from '../context.ts';
import { EVICTED, type Eviction } from '../eviction/evicted.ts';
import type { StatusInput } from '../pod-status.ts';
import type { PodStep, PodWork } from '../pod-work.ts';
import { PREEMPTION } from '../preemption.ts';
import { probeNow } from '../probes/probe-pod.ts';
import { groupOf, SHUTDOWN_MESSAGE, SHUTDOWN_REASON, shutdownGroups } from '../shutdown/groups.ts';
import { statusOf } from '../status-of.ts';
import { terminate } from './terminate.ts';

/** Deletion: hooks, TERM, KILL at the deadline, the last statuses, then away with it. */
export const endDeleted = (context: KubeletContext, work: PodWork): Promise<PodStep> => endPod(context, work, {});

/** Over its active deadline: stopped as in a deletion, then Failed; the object stays. */
export async function endOverdue(context: KubeletContext, work: PodWork): Promise<PodStep> {
  const key = `${work.pod.metadata.uid}/deadline`;
  if (context.announced.get(key) === undefined) {
    context.announced.set(key, true);
    work.emit('Normal', DEADLINE_EXCEEDED.reason, DEADLINE_EXCEEDED.message);
  }
  const since = deadlineOf(work.pod, context.clock.now());
  return { ...(await endPod(context, work, { since, failure: DEADLINE_EXCEEDED })), remove: false };
}

/** The node shuts down: as in an eviction, with what its group has of time. Source: kubelet/nodeshutdown. */
export async function endShutDown(context: KubeletContext, work: PodWork, since: number): Promise<PodStep> {
  const seconds = groupOf(work.pod, shutdownGroups(work.settings.configuration))?.seconds ?? LEAST_GRACE_SECONDS;
  const failure = { reason: SHUTDOWN_REASON, message: SHUTDOWN_MESSAGE };
  return { ...(await endPod(context, work, { since, graceMs: seconds * 1_000, failure })), remove: false };
}

/** A soft threshold leaves so long at most, a hard one this. Source: eviction_manager.go, immediateEvictionGracePeriodSeconds. */
const LEAST_GRACE_SECONDS = 1;

/** Stopped at once or nearly so, then Failed; the object stays for others to see. */
export async function endEvicted(
  context: KubeletContext,
  work: PodWork,
  { message, since }: Eviction,
): Promise<PodStep> {
  const isHard = context.pressure.isHard(work.node.metadata.name);
  const soft = work.settings.configuration.evictionMaxPodGracePeriod ?? 0;
  const graceMs = Math.max(LEAST_GRACE_SECONDS, isHard ? 0 : soft) * 1_000;
  const failure = { reason: EVICTED, message };
  return { ...(await endPod(context, work, { since, graceMs, failure })), remove: false };
}

/** In its own time: the critical pod waits. */
export async function endPreempted(context: KubeletContext, work: PodWork, since: number): Promise<PodStep> {
  return { ...(await endPod(context, work, { since, failure: PREEMPTION })), remove: false };
}

interface Ending {
  readonly since?: number;
  /** At most; undefined: the pod's own. */
  readonly graceMs?: number;
  readonly failure?: StatusInput['failure'];
}

async function endPod(context: KubeletContext, work: PodWork, { since, graceMs, failure }: Ending): Promise<PodStep> {
  const { health, probes, nextAt } = await probeNow(context, work, work.runtimePod, true);
  const { runtimePod, isStopped, stops, nextAt: stoppedAt } = await terminate(context, work, { since, graceMs });
  const status = statusOf(context, work, runtimePod, { ending: isStopped, failure, health });
  const lookAt = isStopped ? Number.POSITIVE_INFINITY : Math.min(stoppedAt, nextAt);
  return { work, status, starts: [], remove: isStopped, nextAt: lookAt, note: { probes, stops } };
}

/** A terminal pod keeps its status; what is left of it in the runtime is stopped, its logs stay. */
export async function stopFinished(context: KubeletContext, work: PodWork): Promise<PodStep> {
  const { stops, nextAt } = await terminate(context, work);
  return { work, status: work.pod.status ?? {}, starts: [], remove: false, nextAt, note: { stops } };
}
