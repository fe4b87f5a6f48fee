/**
 * Which pods a ReplicaSet gives up first. Pure. Source: controller/controller_utils.go, ActivePodsWithRanks, with
 * LogarithmicScaleDown: of pods that became ready about equally long ago a hash of the UID decides.
 */
import type { PodInfo } from '../views/pod-info.ts';

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** `together`: how many pods of the owner's family share a node. */
export function deletionOrder(
  pods: readonly PodInfo[],
  together: (nodeName: string) => number,
  nowMs: number,
): PodInfo[] {
  const rules: ((a: PodInfo, b: PodInfo) => number)[] = [
    (a, b) => bit(a.nodeName !== '') - bit(b.nodeName !== ''),
    (a, b) => (PHASES[a.phase] ?? 0) - (PHASES[b.phase] ?? 0),
    (a, b) => bit(a.ready) - bit(b.ready),
    (a, b) => a.deletionCost - b.deletionCost,
    (a, b) => together(b.nodeName) - together(a.nodeName),
    (a, b) => (a.ready && b.ready ? age(a.readySince ?? 0, nowMs) - age(b.readySince ?? 0, nowMs) : 0),
    (a, b) => b.restarts - a.restarts,
    (a, b) => age(a.createdAt, nowMs) - age(b.createdAt, nowMs),
    (a, b) => (a.uid < b.uid ? -1 : 1),
  ];
  return [...pods].sort((a, b) => {
    for (const rule of rules) {
      const order = rule(a, b);
      if (order !== 0) {
        return order;
      }
    }
    return 0;
  });
}

const bit = (value: boolean): number => (value ? 1 : 0);

/** The order of magnitude, so that the youngest go first without a strict order in time. */
const age = (sinceMs: number, nowMs: number): number => Math.floor(Math.log2(Math.max(1, nowMs - sinceMs) * 1e6));
