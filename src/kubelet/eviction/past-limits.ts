/** Pods of a real runtime's node that hold more than they may: their volumes are measured every minute, as in the kubelet. */
import pLimit from 'p-limit';
import { type UsingPod, usageOf } from '../../resources/metrics/pod-usage.ts';
import type { KubeletContext } from '../context.ts';
import type { NodeWork } from '../node-work.ts';
import type { Pod } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { emptyDirsOf, isLimited, type OverLimit, overLimit } from './storage-limits.ts';

/** Source: KubeletConfiguration, volumeStatsAggPeriod. */
const PERIOD_MS = 60_000;
/** Each reads folders of the host. */
const AT_ONCE = 2;

export async function pastLimits(
  { runtimes, registry, clock, logger, measured }: KubeletContext,
  work: NodeWork,
): Promise<OverLimit[]> {
  const { volumeSizes, stats } = runtimes.get(work.runtimeName) ?? {};
  const { name } = work.stored;
  const now = clock.now();
  if (volumeSizes === undefined || now - (measured.get(name) ?? Number.NEGATIVE_INFINITY) < PERIOD_MS) {
    return [];
  }
  measured.set(name, now);
  const limit = pLimit(AT_ONCE);
  const one = async (pod: Pod): Promise<OverLimit | undefined> => {
    const volumes = await volumeSizes.of(pod.metadata.uid, emptyDirsOf(pod));
    return overLimit(pod, stats === undefined ? [] : await usageOf(pod as UsingPod, stats, now), volumes);
  };
  try {
    const pods = (await podsOnNode(registry, name)).filter(isLimited);
    const found = await Promise.all(pods.map((pod) => limit(one, pod)));
    return found.filter((over) => over !== undefined);
  } catch (error) {
    // The next look is as good; the others of the pass have done nothing.
    logger.warn({ err: error, node: name }, 'cannot measure what pods of a node hold');
    return [];
  }
}
