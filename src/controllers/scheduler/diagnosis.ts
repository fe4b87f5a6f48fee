/** Why a pod fits nowhere, and how kube-scheduler says it. Pure. Source: scheduler/framework/types.go, FitError. */
import type { NodeState } from './cache/node-state.ts';
import type { Rejection } from './demand/ready-demand.ts';
import type { Refusal } from './plugins/plugin.ts';

export interface Diagnosis {
  /** How many there are. */
  readonly nodes: number;
  /** What was against all nodes before any was looked at. */
  readonly rejection?: Rejection;
  readonly refused: ReadonlyMap<NodeState, Refusal>;
  /** Of the nodes that are not in `refused`. */
  readonly others?: Refusal;
}

/** DynamicResources says it of every pod before DefaultPreemption speaks, since 1.34; here no pod has claims. */
const NO_CLAIMS = 'no new claims to deallocate';

/** `preemption`: what came of pre-emption; '' when it helped, or was not tried. */
export function failureMessage({ nodes, rejection, refused, others }: Diagnosis, preemption: string): string {
  if (nodes === 0) {
    return 'no nodes available to schedule pods';
  }
  const counts = new Map<string, number>();
  const count = (reasons: readonly string[], by: number): void => {
    for (const reason of by === 0 ? [] : reasons) {
      counts.set(reason, (counts.get(reason) ?? 0) + by);
    }
  };
  for (const { reasons } of refused.values()) {
    count(reasons, 1);
  }
  count(others?.reasons ?? [], nodes - refused.size);
  const text =
    rejection === undefined ? summary(nodes, counts) : `0/${nodes} nodes are available: ${rejection.message}.`;
  return preemption === '' ? text : `${text} ${NO_CLAIMS}, preemption: ${preemption}`;
}

/** Names of those that refused, anywhere. */
export const refusingPlugins = ({ rejection, refused, others }: Diagnosis): ReadonlySet<string> =>
  new Set([
    ...(rejection === undefined ? [] : [rejection.plugin]),
    ...[...refused.values()].map(({ plugin }) => plugin),
    ...(others === undefined ? [] : [others.plugin]),
  ]);

/** `0/3 nodes are available: 1 Insufficient cpu, 2 Too many pods.`: counted, then sorted as text. */
export function summary(nodes: number, counts: ReadonlyMap<string, number>): string {
  const texts = [...counts].map(([reason, number]) => `${number} ${reason}`).sort();
  return `0/${nodes} nodes are available: ${texts.join(', ')}.`;
}
