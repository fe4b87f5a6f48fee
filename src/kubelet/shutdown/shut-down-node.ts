/**
 * A pass over a node that shuts down: marks the pods of the group whose turn it is; their own passes stop them. When a
 * group began stands in its pods' marks, so any worker goes on from there.
 */
import type { Fence } from '../../registry/registry.ts';
import type { KubeletContext } from '../context.ts';
import { evictionOf, markEvicted } from '../eviction/evicted.ts';
import { recordShutdown } from '../node-events.ts';
import type { NodeWork } from '../node-work.ts';
import { isTerminal, type Pod } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { groupOf, isAsked, isShuttingDown, SHUTDOWN_MESSAGE, SHUTTING_DOWN, shutdownGroups } from './groups.ts';

/** Pods that have ended tell; this is for what nobody told. */
const LOOK_AGAIN_MS = 10_000;
export type Limit = <T>(task: () => Promise<T>) => Promise<T>;

/** Milliseconds until the next look; undefined: nothing is left to do. `marks`: bounds the writes of all nodes of a pass. */
export async function shutDownNode(
  context: KubeletContext,
  work: NodeWork,
  fence: Fence,
  marks: Limit,
): Promise<number | undefined> {
  const { node, settings } = work;
  tell(context, work);
  if (!isShuttingDown(node, settings.configuration)) {
    return undefined;
  }
  const groups = shutdownGroups(settings.configuration);
  // Those that it has not taken yet are refused by the admission.
  const active = (await podsOnNode(context.registry, node.metadata.name)).filter(
    ({ status }) => status?.startTime !== undefined && !isTerminal(status),
  );
  const now = context.clock.now();
  const lookAgainMs = Math.round(LOOK_AGAIN_MS * (0.9 + 0.2 * context.random.next()));
  for (const group of groups) {
    const pods = active.filter((pod) => groupOf(pod, groups) === group);
    const unmarked = pods.filter((pod) => evictionOf(pod)?.message !== SHUTDOWN_MESSAGE);
    await Promise.all(unmarked.map((pod) => marks(() => mark(context, work, pod, fence))));
    const since = Math.min(now, ...pods.map((pod) => evictionOf(pod)?.since ?? now));
    const leftMs = since + group.seconds * 1_000 - now;
    if (pods.length > 0 && leftMs > 0) {
      return Math.min(leftMs, lookAgainMs);
    }
  }
  return active.length > 0 ? lookAgainMs : undefined;
}

/** Once each: the condition says what was told before, and of what leaves no condition this process remembers it. */
function tell({ recorder, announced }: KubeletContext, { node, settings }: NodeWork): void {
  const key = `${node.metadata.uid}/shutdown`;
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const wasShuttingDown = ready?.message === SHUTTING_DOWN;
  const isNow = isShuttingDown(node, settings.configuration);
  if (isNow !== wasShuttingDown) {
    recordShutdown(recorder, node, `Shutdown manager detected shutdown ${isNow ? 'event' : 'cancellation'}`);
  } else if (!isAsked(node)) {
    announced.delete(key);
  } else if (!isNow && announced.get(key) === undefined) {
    announced.set(key, true);
    recordShutdown(recorder, node, 'No graceful configuration specified, node shutdown will be immediate');
  }
}

async function mark(context: KubeletContext, { node }: NodeWork, pod: Pod, fence: Fence): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  const change = (current: Pod): boolean => {
    if (isTerminal(current.status)) {
      return false;
    }
    markEvicted(current, SHUTDOWN_MESSAGE, context.clock.now());
    return true;
  };
  const options = { subresource: 'status', uid, fence, component: 'kubelet' } as const;
  await context.registry.modify<Pod>('pods', namespace, name, change, options);
  context.wake({ pod, node });
}
