/**
 * A Deployment resized in the midst of a rollout: what is added or removed is shared among its sets by their size, so
 * that the rollout keeps its state. Pure. Source: controller/deployment/sync.go (scale), GetReplicaSetProportion.
 */
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';
import { isRolling, maxSurge, type Resize, total, wanted } from './replica-counts.ts';
import { MAX_REPLICAS } from './revisions.ts';

export function scaleSets(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): Resize[] {
  const latest = activeOrLatest(newSet, oldSets);
  if (latest !== undefined) {
    return wanted(latest) === wanted(deployment) ? [] : [{ set: latest, to: wanted(deployment) }];
  }
  if (newSet !== undefined && isSaturated(deployment, newSet)) {
    return oldSets.filter((set) => wanted(set) > 0).map((set) => ({ set, to: 0 }));
  }
  return isRolling(deployment) ? proportionally(deployment, newSet, oldSets) : [];
}

/** The one set that has pods, or the newest when none has; undefined: several have. */
function activeOrLatest(newSet: ReplicaSet | undefined, oldSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const all = [...(newSet === undefined ? [] : [newSet]), ...oldSets];
  const active = all.filter((set) => wanted(set) > 0);
  const newest = [...oldSets].sort(byAge).at(-1);
  return active.length === 0 ? (newSet ?? newest) : active.length === 1 ? active[0] : undefined;
}

const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '');

const isSaturated = (deployment: Deployment, set: ReplicaSet): boolean =>
  wanted(set) === wanted(deployment) && (set.status?.availableReplicas ?? 0) === wanted(deployment);

function proportionally(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): Resize[] {
  const active = [...oldSets, ...(newSet === undefined ? [] : [newSet])].filter((set) => wanted(set) > 0);
  const allowed = wanted(deployment) === 0 ? 0 : wanted(deployment) + maxSurge(deployment);
  const toAdd = allowed - total(active);
  const sorted = [...active].sort(
    (a, b) =>
      wanted(b) - wanted(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)) || (a.metadata.name < b.metadata.name ? -1 : 1),
  );
  let added = 0;
  const sizes = sorted.map((set) => {
    const share = toAdd === 0 ? 0 : fraction(deployment, set, toAdd, added);
    added += share;
    return { set, to: wanted(set) + share };
  });
  // What rounding left over goes to the largest set.
  return sizes
    .map(({ set, to }, index) => ({ set, to: Math.max(0, index === 0 ? to + toAdd - added : to) }))
    .filter(({ set, to }) => to !== wanted(set));
}

/** A set's share, by the size that the Deployment had when the set was last sized. */
function fraction(deployment: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  const left = toAdd - added;
  const size = wanted(set);
  if (wanted(deployment) === 0) {
    return Math.max(-size, left);
  }
  const before = Number(set.metadata.annotations?.[MAX_REPLICAS] ?? Number.NaN);
  const whole = Number.isInteger(before) && before > 0 ? before : (deployment.status?.replicas ?? size);
  const share = Math.round((size * (wanted(deployment) + maxSurge(deployment))) / Math.max(1, whole)) - size;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}
