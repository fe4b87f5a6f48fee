/** Which nodes of a pool are given up. Pure. As the cluster API's MachineHealthCheck does it. */
import { scaledValue } from '../int-or-percent.ts';
import type { NodePool } from '../kinds/node-pool.ts';
import { isReady, type NodeInfo } from '../views/node-info.ts';

export interface RepairPlan {
  readonly replace: readonly NodeInfo[];
  /** When the next may be due; undefined: nobody waits for it. */
  readonly nextInMs?: number;
}
export const NO_REPAIR: RepairPlan = { replace: [] };
/** How soon to look again while too many are away. Readiness rings by itself. */
const HELD_BACK_MS = 10_000;

/** Whoever shuts a node down or drains it will say what becomes of it: by an uncordon for one, which leaves the note. */
const isOnPurpose = ({ shutDown, drainNote, unschedulable }: NodeInfo): boolean =>
  shutDown || (drainNote !== '' && unschedulable);

/** `awaySince`: of nodes that are not Ready, on the wall clock. */
export function planRepair(
  { spec = {} }: NodePool,
  nodes: readonly NodeInfo[],
  awaySince: (node: NodeInfo) => number,
  nowMs: number,
): RepairPlan {
  const { repair, replicas = 1 } = spec;
  const notReadySeconds = repair?.notReadySeconds;
  const away =
    notReadySeconds === undefined ? [] : nodes.filter((node) => !node.deleting && !isReady(node) && !isOnPurpose(node));
  if (notReadySeconds === undefined || away.length === 0) {
    return NO_REPAIR;
  }
  if (away.length > scaledValue(repair?.maxUnhealthy ?? '40%', replicas, Math.ceil)) {
    return { replace: [], nextInMs: HELD_BACK_MS };
  }
  const dueAt = (node: NodeInfo): number => awaySince(node) + notReadySeconds * 1_000;
  const later = away.map(dueAt).filter((at) => at > nowMs);
  return {
    replace: away.filter((node) => dueAt(node) <= nowMs),
    ...(later.length === 0 ? {} : { nextInMs: Math.max(1_000, Math.min(...later) - nowMs) }),
  };
}
