/** The arithmetic of a Deployment. Pure. Source: controller/deployment/util/deployment_util.go. */
import { scaledValue } from '../int-or-percent.ts';
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';

export const wanted = (object: { spec: { replicas?: number } }): number => object.spec.replicas ?? 1;
export const total = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, set) => sum + wanted(set), 0);
export const actual = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, { status }) => sum + (status?.replicas ?? 0), 0);
export const ready = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
export const available = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);

export const isRolling = ({ spec }: Deployment): boolean => spec.strategy?.type !== 'Recreate';

/** Percentages of the surge round up, those of the unavailable down. Both 0 would never roll: then one may be unavailable. */
export function fenceposts(deployment: Deployment): { maxSurge: number; maxUnavailable: number } {
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const of = wanted(deployment);
  const surge = scaledValue(maxSurge, of, Math.ceil);
  const unavailable = scaledValue(maxUnavailable, of, Math.floor);
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export const maxSurge = (deployment: Deployment): number =>
  isRolling(deployment) ? fenceposts(deployment).maxSurge : 0;

/** How many pods may be missing; never more than are wanted. */
export const maxUnavailable = (deployment: Deployment): number =>
  isRolling(deployment) && wanted(deployment) > 0
    ? Math.min(fenceposts(deployment).maxUnavailable, wanted(deployment))
    : 0;

/** Replicas of the new set: all at once for Recreate, as far as the surge allows for RollingUpdate. */
export function newSetReplicas(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
): number {
  if (!isRolling(deployment)) {
    return wanted(deployment);
  }
  const have = newSet === undefined ? 0 : wanted(newSet);
  const room = wanted(deployment) + maxSurge(deployment) - total(sets);
  return room <= 0 ? have : have + Math.min(room, wanted(deployment) - have);
}

/** A set and the size it is to get. */
export interface Resize {
  readonly set: ReplicaSet;
  readonly to: number;
}

const oldestFirst = (sets: readonly ReplicaSet[]): ReplicaSet[] =>
  [...sets].sort(
    (a, b) =>
      Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '') ||
      (a.metadata.name < b.metadata.name ? -1 : 1),
  );

/** Pods of old sets that can go without anyone missing them: first those that are not available, then within bounds. */
export function shrinkOldSets(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): Resize[] {
  const all = newSet === undefined ? oldSets : [...oldSets, newSet];
  const minAvailable = wanted(deployment) - maxUnavailable(deployment);
  const newUnavailable = newSet === undefined ? 0 : wanted(newSet) - (newSet.status?.availableReplicas ?? 0);
  const maxScaledDown = total(all) - minAvailable - newUnavailable;
  if (total(oldSets) === 0 || maxScaledDown <= 0) {
    return [];
  }
  const sizes = new Map(oldSets.map((set) => [set, wanted(set)]));
  const take = (set: ReplicaSet, most: number): number => {
    const size = sizes.get(set) ?? 0;
    const taken = Math.max(0, Math.min(size, most));
    sizes.set(set, size - taken);
    return taken;
  };
  let unhealthy = maxScaledDown;
  for (const set of oldestFirst(oldSets)) {
    unhealthy -= take(set, Math.min(unhealthy, wanted(set) - (set.status?.availableReplicas ?? 0)));
  }
  let healthy = available(all) - minAvailable;
  for (const set of oldestFirst(oldSets)) {
    healthy -= take(set, healthy);
  }
  return [...sizes].filter(([set, size]) => size !== wanted(set)).map(([set, to]) => ({ set, to }));
}
