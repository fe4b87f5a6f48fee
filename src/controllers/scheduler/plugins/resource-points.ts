/** How many points a node's fullness is worth, 0 to 100, by strategy. Pure. Source: plugins/noderesources. */
import type { ScoringStrategy, UtilizationPoint, WeightedResource } from '../../../values/scheduler-profile.ts';
import type { Amounts } from '../../views/amounts.ts';
import type { NodeState } from '../cache/node-state.ts';

export interface Use {
  readonly weight: number;
  /** With the pod. */
  readonly used: number;
  readonly capacity: number;
}
export interface Asked {
  readonly requests: Amounts;
  readonly assumedUse: { readonly cpu: number; readonly memory: number };
}

/** What is not cpu, memory or storage counts only for pods that ask for it. */
const isOrdinary = (name: string): boolean => name === 'cpu' || name === 'memory' || name === 'ephemeral-storage';

/** `assumed`: containers that ask for nothing count a little. Resources that the node has not are left out. */
export function usesOf(
  { info, used, assumed }: NodeState,
  { requests, assumedUse }: Asked,
  resources: readonly WeightedResource[],
  countsAssumed: boolean,
): Use[] {
  const uses: Use[] = [];
  for (const { name, weight } of resources) {
    const capacity = info?.allocatable[name] ?? 0;
    const asked = requests[name] ?? 0;
    if (capacity === 0 || (asked === 0 && !isOrdinary(name))) {
      continue;
    }
    const isAssumed = countsAssumed && (name === 'cpu' || name === 'memory');
    const total = isAssumed ? assumed[name] + assumedUse[name] : (used[name] ?? 0) + asked;
    uses.push({ weight, used: total, capacity });
  }
  return uses;
}

/** Rather empty nodes. */
const left = ({ used, capacity }: Use): number =>
  used > capacity ? 0 : Math.floor(((capacity - used) * 100) / capacity);
/** Rather full nodes. */
const taken = ({ used, capacity }: Use): number => Math.floor((Math.min(used, capacity) * 100) / capacity);

/** Points lie on straight lines between those of the shape; its scores go to 10. */
function onShape(shape: readonly UtilizationPoint[]): (use: Use) => number {
  return ({ used, capacity }) => {
    const utilization = used > capacity ? 100 : Math.floor((used * 100) / capacity);
    const after = shape.findIndex((point) => utilization <= point.utilization);
    const [low, high] = [shape[after - 1], shape[after]];
    if (high === undefined) {
      return (shape.at(-1)?.score ?? 0) * 10;
    }
    if (low === undefined) {
      return high.score * 10;
    }
    const share = (utilization - low.utilization) / (high.utilization - low.utilization);
    return Math.trunc(low.score * 10 + (high.score - low.score) * 10 * share);
  };
}

export function pointsByStrategy({
  type,
  requestedToCapacityRatio,
}: ScoringStrategy): (uses: readonly Use[]) => number {
  const isRatio = type === 'RequestedToCapacityRatio';
  const each = isRatio ? onShape(requestedToCapacityRatio?.shape ?? []) : type === 'MostAllocated' ? taken : left;
  return (uses) => {
    let [points, weights] = [0, 0];
    for (const use of uses) {
      const value = each(use);
      // A ratio of no worth does not count at all.
      if (!isRatio || value > 0) {
        points += value * use.weight;
        weights += use.weight;
      }
    }
    return weights === 0 ? 0 : isRatio ? Math.round(points / weights) : Math.floor(points / weights);
  };
}

/** 100 where all resources are used to the same share. */
export function balance(uses: readonly Use[]): number {
  const shares = uses.map(({ used, capacity }) => Math.min(1, used / capacity));
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / Math.max(1, shares.length);
  return Math.floor((1 - Math.sqrt(variance)) * 100);
}
