/**
 * What a node that is short of disk does before it evicts a pod: dead containers go, and images that nothing uses; then
 * it looks again. Its images and its pods share one disk. Source: eviction_manager.go reclaimNodeLevelResources,
 * helpers.go buildSignalToNodeReclaimFuncs, kuberuntime_gc.go DeleteAllUnusedContainers, 1.34.
 */
import { runtimeUid } from '../../resources/pod/mirror-pod.ts';
import type { Runtime } from '../../runtimes/runtime.ts';
import type { KubeletContext } from '../context.ts';
import { DEAD_CONTAINERS, removeDead } from '../dead-containers/remove-dead.ts';
import type { NodeWork } from '../node-work.ts';
import { isTerminal } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { isStopped } from '../termination/terminate.ts';
import { measureNode } from './measure-node.ts';
import type { Shortage } from './node-pressure.ts';
import { SIGNALS } from './thresholds.ts';

/** True: it has enough now, and no pod need go. */
export async function reclaimNode(context: KubeletContext, work: NodeWork, { signal }: Shortage): Promise<boolean> {
  const runtime = context.runtimes.get(work.runtimeName);
  if (SIGNALS[signal].pressure !== 'DiskPressure' || runtime === undefined) {
    return false;
  }
  const steps = [() => removeUnusedContainers(context, work, runtime), () => context.collector.reclaim(context, work)];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      // As there: what cannot be reclaimed is made up for by an eviction.
      context.logger.warn({ err: error, node: work.stored.name }, 'cannot reclaim disk');
    }
  }
  const { node, settings, faults } = work;
  const now = context.clock.now();
  const { left } = await measureNode(context, work, now);
  const known = { left, freed: context.reclaimed.of(node) };
  return !context.pressure.look(node, settings, now, faults.signals, known).isShort;
}

/** Those over the limits, and all of pods that are over. */
async function removeUnusedContainers(context: KubeletContext, work: NodeWork, runtime: Runtime): Promise<void> {
  const { name } = work.stored;
  // The runtime first: what it has of a pod that is over by then begins no more.
  const running = (await runtime.list([name])).filter(({ nodeName }) => nodeName === name);
  const pods = new Map((await podsOnNode(context.registry, name)).map((pod) => [runtimeUid(pod), pod]));
  for (const pod of running) {
    const stored = pods.get(pod.uid);
    if (stored !== undefined && isTerminal(stored.status) && isStopped(pod)) {
      await runtime.removePod(pod.uid);
    }
  }
  await removeDead(context, runtime, running, context.config.deadContainers ?? DEAD_CONTAINERS);
  await runtime.collecting?.removeLeftovers();
}
