/**
 * One pass over one pod, up to its status: looks at what exists, does what must come before the status (sandbox,
 * pulls, probes, hooks, kills) and says what is to be started after the status was written. Level-triggered: nothing is
 * remembered from pass to pass but what the runtime, the pod's status and its note say.
 */
import { deadlineOf } from './active-deadline.ts';
import type { KubeletContext } from './context.ts';
import { evictionOf } from './eviction/evicted.ts';
import { isTerminal } from './pod.ts';
import { rejectedPodStatus } from './pod-status.ts';
import type { PodStep, PodWork } from './pod-work.ts';
import { PREEMPTED_BY } from './preemption.ts';
import { runPod } from './run-pod.ts';
import { SHUTDOWN_MESSAGE } from './shutdown/groups.ts';
import { hashOf } from './static-pods/mirror.ts';
import { staticUids } from './static-pods/wanted-pods.ts';
import { endDeleted, endEvicted, endOverdue, endPreempted, endShutDown, stopFinished } from './termination/end-pod.ts';

export async function advancePod(context: KubeletContext, work: PodWork): Promise<PodStep> {
  const { pod, rejection, emit } = work;
  const now = context.clock.now();
  if (pod.metadata.deletionTimestamp !== undefined) {
    return (await isStatic(context, work)) ? letMirrorGo(work) : endDeleted(context, work);
  }
  if (isTerminal(pod.status)) {
    return stopFinished(context, work);
  }
  const eviction = evictionOf(pod);
  if (eviction !== undefined) {
    const { message, since } = eviction;
    const end = OWN_ENDS.get(message);
    return end === undefined ? endEvicted(context, work, eviction) : end(context, work, since);
  }
  if (rejection !== undefined) {
    emit('Warning', rejection.reason, rejection.message);
    const status = rejectedPodStatus(pod, rejection.reason, rejection.message, now);
    return { work, status, starts: [], remove: false, nextAt: Number.POSITIVE_INFINITY };
  }
  return deadlineOf(pod, now) <= now ? endOverdue(context, work) : runPod(context, work);
}

/** By what the mark says; all others are evictions. */
const OWN_ENDS = new Map([
  [SHUTDOWN_MESSAGE, endShutDown],
  [PREEMPTED_BY, endPreempted],
]);

/** Its file is there: the pod runs on, and the node makes another mirror. Source: kubelet/pod/mirror_client.go. */
const isStatic = async (context: KubeletContext, { pod, node }: PodWork): Promise<boolean> =>
  hashOf(pod) !== undefined && (await staticUids(context, node.metadata.name)).has(pod.metadata.uid);

const letMirrorGo = (work: PodWork): PodStep => ({
  ...{ work, status: work.pod.status ?? {}, starts: [], remove: 'object', nextAt: Number.POSITIVE_INFINITY },
});
