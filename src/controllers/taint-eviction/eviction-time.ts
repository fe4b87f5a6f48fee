/** When a pod must leave its node for the node's NoExecute taints. Pure. Source: controller/tainteviction. */
import type { Taint } from '../kinds/node.ts';
import type { Toleration } from '../kinds/pod.ts';
import { tolerates } from '../tolerations.ts';

/**
 * Milliseconds since the epoch; 0: at once; undefined: never, as things are. `sinceOf`: since when the pod has had to
 * bear the taint. Of several tolerations that match a taint the first counts, as in GetMatchingTolerations.
 */
export function evictionTime(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  sinceOf: (taint: Taint) => number,
): number | undefined {
  const times: number[] = [];
  for (const taint of taints.filter(({ effect }) => effect === 'NoExecute')) {
    const toleration = tolerations.find((candidate) => tolerates(candidate, taint));
    if (toleration === undefined) {
      return 0;
    }
    if (toleration.tolerationSeconds !== undefined) {
      times.push(sinceOf(taint) + Math.max(0, toleration.tolerationSeconds) * 1_000);
    }
  }
  return times.length === 0 ? undefined : Math.min(...times);
}
