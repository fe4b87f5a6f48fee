/** A stateful set's figures. Pure. Source: stateful_set_control.go, updateStatus, completeRollingUpdate. */
import type { StatefulSet, StatefulSetStatus } from '../kinds/stateful-set.ts';
import { presentCounts } from '../present-counts.ts';
import { availableIn } from '../replicaset/status.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { revisionOf } from './identity.ts';

export interface RevisionNames {
  readonly current: string;
  readonly update: string;
}

/** Zeros that Kubernetes leaves out are left out. */
export function statefulSetStatus(
  set: StatefulSet,
  pods: readonly PodInfo[],
  { current, update }: RevisionNames,
  collisionCount: number | undefined,
  nowMs: number,
): StatefulSetStatus {
  const ready = pods.filter(({ phase, ready: isReady }) => phase === 'Running' && isReady);
  const available = ready.filter((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, nowMs) === 0);
  const staying = pods.filter(({ deletionTime }) => deletionTime === undefined);
  const ofRevision = (name: string): number => staying.filter((pod) => revisionOf(pod) === name).length;
  const updated = ofRevision(update);
  const wanted = set.spec.replicas ?? 1;
  // The update is through: what is new becomes what is.
  const isDone =
    set.spec.updateStrategy?.type !== 'OnDelete' &&
    updated === wanted &&
    pods.length === wanted &&
    ready.length === wanted;
  const counts = {
    readyReplicas: ready.length,
    currentReplicas: isDone ? updated : ofRevision(current),
    updatedReplicas: updated,
  };
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    ...presentCounts(counts),
    availableReplicas: available.length,
    currentRevision: isDone ? update : current,
    updateRevision: update,
    collisionCount: collisionCount ?? 0,
    ...(set.status?.conditions === undefined ? {} : { conditions: set.status.conditions }),
  };
}
