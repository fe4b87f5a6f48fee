/** A ReplicaSet's status from its pods. Pure. Source: controller/replicaset/replica_set_utils.go. */

import { withCondition, withoutCondition } from '../conditions.ts';
import { same } from '../equality.ts';
import type { ReplicaSet, ReplicaSetStatus } from '../kinds/apps.ts';
import { presentCounts } from '../present-counts.ts';
import type { PodInfo } from '../views/pod-info.ts';

/** Milliseconds until the pod is available; 0: it is; undefined: not before its readiness changes. */
export function availableIn(pod: PodInfo, minReadySeconds: number, nowMs: number): number | undefined {
  if (!pod.ready) {
    return undefined;
  }
  return minReadySeconds === 0 ? 0 : Math.max(0, (pod.readySince ?? nowMs) + minReadySeconds * 1_000 - nowMs);
}

export interface ReplicaSetFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

/** `active`: its pods that are neither finished nor ending. */
export function replicaSetStatus(
  { spec, status, metadata }: ReplicaSet,
  active: readonly PodInfo[],
  failure: ReplicaSetFailure | undefined,
  nowMs: number,
): ReplicaSetStatus {
  const templateLabels = Object.entries(spec.template.metadata?.labels ?? {});
  const labeled = active.filter(({ labels }) => templateLabels.every(([key, value]) => labels[key] === value));
  const available = active.filter((pod) => availableIn(pod, spec.minReadySeconds ?? 0, nowMs) === 0);
  const conditions =
    failure === undefined
      ? withoutCondition(status?.conditions, 'ReplicaFailure')
      : withCondition(status?.conditions, { type: 'ReplicaFailure', status: 'True', ...failure }, nowMs);
  return {
    replicas: active.length,
    ...presentCounts({
      fullyLabeledReplicas: labeled.length,
      readyReplicas: active.filter(({ ready }) => ready).length,
      availableReplicas: available.length,
    }),
    observedGeneration: metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

const COUNTS = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
] as const;

/** Absent counts are 0: Kubernetes leaves them out of the wire form. */
export const sameStatus = (before: ReplicaSetStatus | undefined, after: ReplicaSetStatus): boolean =>
  COUNTS.every((count) => (before?.[count] ?? 0) === (after[count] ?? 0)) &&
  same(before?.conditions ?? [], after.conditions ?? []);
