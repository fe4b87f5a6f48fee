/** The mark of an evicted pod: written before anything is stopped, so that a worker that dies has not forgotten it. */
import { formatTime, parseTime } from '../../values/rfc3339.ts';
import type { Pod, PodCondition } from '../pod.ts';

export const EVICTED = 'Evicted';
const DISRUPTION_TARGET = 'DisruptionTarget';
const BY_KUBELET = 'TerminationByKubelet';

export interface Eviction {
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** undefined: the kubelet does not evict the pod. */
export function evictionOf({ status }: Pod): Eviction | undefined {
  const mark = status?.conditions?.find(
    ({ type, status: value, reason }) => type === DISRUPTION_TARGET && value === 'True' && reason === BY_KUBELET,
  );
  return mark === undefined
    ? undefined
    : { message: mark.message ?? '', since: parseTime(mark.lastTransitionTime) ?? 0 };
}

export function markEvicted(pod: Pod, message: string, now: number): void {
  const conditions: PodCondition[] = (pod.status?.conditions ?? []).filter(({ type }) => type !== DISRUPTION_TARGET);
  const { generation } = pod.metadata;
  conditions.push({
    ...{ type: DISRUPTION_TARGET, status: 'True', reason: BY_KUBELET, message },
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...{ lastProbeTime: null, lastTransitionTime: formatTime(now) },
  });
  pod.status = { ...pod.status, conditions };
}
