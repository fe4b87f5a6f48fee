/** Whether a node that changed is still what topology and eligibility make of it: its capacity and health do not matter. */
import { same } from '../../equality.ts';
import type { NodeInfo } from '../../views/node-info.ts';

export function isSamePlace(a: NodeInfo | undefined, b: NodeInfo | undefined): boolean {
  if (a === undefined || b === undefined) {
    return a === b;
  }
  return (
    a.deleting === b.deleting &&
    a.unschedulable === b.unschedulable &&
    same(a.labels, b.labels) &&
    same(a.taints, b.taints)
  );
}
