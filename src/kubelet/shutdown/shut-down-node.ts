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

/** While pods end: how soon the next group may have its turn. */
const LOOK_AGAIN_MS = 1_000;

/** Milliseconds until the next look; undefined: nothing is left to do. */
export async function shutDownNode(context: KubeletContext, work: NodeWork, fence: Fence): Promise<number | undefined> {
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
  for (const group of groups) {
    const pods = active.filter((pod) => groupOf(pod, groups) === group);
    const unmarked = pods.filter((pod) => evictionOf(pod)?.message !== SHUTDOWN_MESSAGE);
    await Promise.all(unmarked.map((pod) => mark(context, work, pod, fence)));
    const since = Math.min(now, ...pods.map((pod) => evictionOf(pod)?.since ?? now));
    if (pods.length > 0 && now - since < group.seconds * 1_000) {
      return LOOK_AGAIN_MS;
    }
  }
  return active.length > 0 ? LOOK_AGAIN_MS : undefined;
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
  const options = { subresource: 'status', uid, fence };
  await context.registry.modify<Pod>('pods', namespace, name, change, options);
  context.wake({ pod, node });
}
