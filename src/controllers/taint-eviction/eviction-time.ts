/** When a pod must leave its node for the node's NoExecute taints. Pure. Source: controller/tainteviction. */

import { parseTime } from '../../values/rfc3339.ts';
import type { Taint } from '../kinds/node.ts';
import type { Toleration } from '../kinds/pod.ts';
import { tolerates } from '../tolerations.ts';

/** Milliseconds since the epoch; 0: at once; undefined: never, as things are. */
export function evictionTime(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  nowMs: number,
): number | undefined {
  const times: number[] = [];
  for (const taint of taints.filter(({ effect }) => effect === 'NoExecute')) {
    const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) {
      return 0;
    }
    const seconds = matching.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
    if (seconds.length > 0) {
      const added = parseTime(taint.timeAdded) ?? nowMs;
      times.push(added + Math.max(0, Math.min(...seconds)) * 1_000);
    }
  }
  return times.length === 0 ? undefined : Math.min(...times);
}
