/** The status of a node whose kubelet fell silent. Pure. Source: node_lifecycle_controller.go, tryUpdateNodeHealth. */

import { formatTime } from '../../values/rfc3339.ts';
import { type Condition, withCondition } from '../conditions.ts';
import type { Node } from '../kinds/node.ts';

const KUBELETS_OWN = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

export function withUnknownStatus(node: Node, nowMs: number): Node {
  let conditions: Condition[] = node.status?.conditions ?? [];
  for (const type of KUBELETS_OWN) {
    const before = conditions.find((condition) => condition.type === type);
    const next =
      before === undefined
        ? {
            ...{ type, status: 'Unknown', reason: 'NodeStatusNeverUpdated' },
            message: 'Kubelet never posted node status.',
            lastHeartbeatTime: node.metadata.creationTimestamp ?? formatTime(nowMs),
          }
        : {
            ...before,
            ...{ status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
          };
    conditions = before?.status === 'Unknown' ? conditions : withCondition(conditions, next, nowMs);
  }
  return { ...node, status: { ...node.status, conditions } };
}
