/** A daemon set's figures. Pure. Source: daemon_controller.go, updateDaemonSetStatus. */
import type { DaemonSet, DaemonSetStatus } from '../kinds/daemon-set.ts';
import { presentCounts } from '../present-counts.ts';
import { availableIn } from '../replicaset/status.ts';
import { isUpdated } from './daemon-pod.ts';
import type { Place } from './places.ts';

/** Of each node the oldest pod counts. Zeros that Kubernetes leaves out are left out. */
export function daemonSetStatus(
  set: DaemonSet,
  hash: string,
  places: readonly Place[],
  collisionCount: number | undefined,
  nowMs: number,
): DaemonSetStatus {
  const wanted = places.filter(({ verdict }) => verdict === 'run');
  const firsts = wanted.flatMap(({ pods }) => pods[0] ?? []);
  const ready = firsts.filter((pod) => pod.ready);
  const available = ready.filter((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, nowMs) === 0).length;
  const optional = {
    observedGeneration: set.metadata.generation ?? 0,
    updatedNumberScheduled: firsts.filter((pod) => isUpdated(pod, set, hash)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
  };
  return {
    currentNumberScheduled: firsts.length,
    numberMisscheduled: places.filter(({ verdict, pods }) => verdict !== 'run' && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: ready.length,
    ...presentCounts(optional),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

/** Milliseconds until the next ready pod becomes available; undefined: none is on its way. */
export function nextAvailableMs({ spec }: DaemonSet, places: readonly Place[], nowMs: number): number | undefined {
  if ((spec.minReadySeconds ?? 0) === 0) {
    return undefined;
  }
  const waits = places
    .flatMap(({ pods }) => pods)
    .flatMap((pod) => availableIn(pod, spec.minReadySeconds ?? 0, nowMs) || []);
  return waits.length === 0 ? undefined : waits.reduce((a, b) => Math.min(a, b));
}
