/** Conditions that stages set: from then on they stand in place of the kubelet's, or after them. Pure. */
import type { PodStage } from '../../runtimes/runtime.ts';
import type { Pod, PodCondition, PodStatus } from '../pod.ts';
import { withTransition } from '../pod-conditions.ts';

type Wanted = PodStage['conditions'][number];

/** undefined: the stages say nothing. `through`: those that the pod is through, this pass's with them. */
export function stageConditions(
  through: readonly PodStage[],
  status: PodStatus,
  pod: Pod,
  now: number,
): PodCondition[] | undefined {
  const wanted = new Map(through.flatMap(({ conditions }) => conditions.map((one) => [one.type, one] as const)));
  if (wanted.size === 0) {
    return undefined;
  }
  const set = ({ type, ...verdict }: Wanted): PodCondition => withTransition(type, verdict, { pod, now });
  const found = status.conditions ?? [];
  const known = new Set(found.map(({ type }) => type));
  const inPlace = found.map((one) => {
    const instead = wanted.get(one.type);
    return instead === undefined ? one : set(instead);
  });
  return [...inPlace, ...[...wanted.values()].filter(({ type }) => !known.has(type)).map(set)];
}
