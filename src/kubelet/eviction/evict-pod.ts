/** Evictions: of a node that is short of something the first pod in rank is marked, and all that hold more than they may. Its own pass stops a pod. */
import type { Fence } from '../../registry/registry.ts';
import { usageOf } from '../../resources/metrics/pod-usage.ts';
import type { KubeletContext } from '../context.ts';
import type { NodeWork } from '../node-work.ts';
import { isTerminal } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { EVICTED, evictionOf } from './evicted.ts';
import { evictionMessage } from './message.ts';
import type { Shortage } from './node-pressure.ts';
import { type Candidate, mayBeEvicted, rankByUsage, usedBy } from './rank.ts';
import { type Leave, sendAway } from './send-away.ts';
import type { OverLimit } from './storage-limits.ts';
import { SIGNALS } from './thresholds.ts';

/** One at a time: while one is on its way out, what it gives back is not known yet. */
export async function evictPod(
  context: KubeletContext,
  { node, runtimeName }: NodeWork,
  shortage: Shortage,
  fence: Fence,
): Promise<void> {
  const { registry, clock, runtimes } = context;
  const { resource } = SIGNALS[shortage.signal];
  const pods = await podsOnNode(registry, node.metadata.name);
  const leaving = pods.find((pod) => evictionOf(pod) !== undefined && !isTerminal(pod.status));
  if (leaving !== undefined) {
    context.wake({ pod: leaving, node });
    return;
  }
  const stats = runtimes.get(runtimeName)?.stats;
  const candidates = await Promise.all(
    pods.filter(mayBeEvicted).map(async (pod): Promise<Candidate> => {
      const usages = stats === undefined ? [] : await usageOf(pod, stats, clock.now());
      return { pod, used: usedBy(pod, usages, resource) };
    }),
  );
  const [first] = rankByUsage(candidates);
  if (first === undefined) {
    return;
  }
  await sendAway(context, { pod: first.pod, node }, leave(evictionMessage(shortage, first)), fence);
}

/** All of them: what one of them gives back is nothing to the others. */
export async function evictOverLimit(
  context: KubeletContext,
  { node }: NodeWork,
  over: readonly OverLimit[],
  fence: Fence,
): Promise<void> {
  for (const { pod, message } of over) {
    await sendAway(context, { pod, node }, leave(message), fence);
  }
}

const leave = (message: string): Leave => ({ mark: message, event: { reason: EVICTED, message } });
