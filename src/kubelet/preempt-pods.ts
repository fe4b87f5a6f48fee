/**
 * A critical pod is not refused for want of room: others go, and it waits until they have. Level-triggered: those that are
 * on their way count as gone, so that no look has more of them go. Source: kubelet/preemption/preemption.go.
 */
import type { Fence } from '../registry/registry.ts';
import type { KubeletContext } from './context.ts';
import { evictionOf } from './eviction/evicted.ts';
import { sendAway } from './eviction/send-away.ts';
import type { Node } from './node.ts';
import { isTerminal, type Pod } from './pod.ts';
import type { Rejection } from './pod-admission.ts';
import { podsOnNode } from './pods-on-node.ts';
import { PREEMPTED_BY, PREEMPTION, podsToPreempt, type Requirement, without } from './preemption.ts';

const isLeaving = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined || evictionOf(pod) !== undefined;

/** undefined: it waits. */
export async function preemptPods(
  context: KubeletContext,
  { pod, node }: { readonly pod: Pod; readonly node: Node },
  requirements: readonly Requirement[],
  fence: Fence,
): Promise<Rejection | undefined> {
  const all = await podsOnNode(context.registry, node.metadata.name);
  const others = all.filter(
    ({ metadata, status }) =>
      metadata.uid !== pod.metadata.uid && !isTerminal(status) && status?.startTime !== undefined,
  );
  const missing = without(requirements, others.filter(isLeaving));
  const going = podsToPreempt(
    pod,
    others.filter((other) => !isLeaving(other)),
    missing,
  );
  if (typeof going === 'string') {
    const message = `Unexpected error while attempting to recover from admission failure: ${going}`;
    return { reason: 'UnexpectedAdmissionError', message };
  }
  for (const one of going) {
    await sendAway(context, { pod: one, node }, { mark: PREEMPTED_BY, event: PREEMPTION }, fence);
  }
  return undefined;
}
