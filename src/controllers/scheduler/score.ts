/** How good a node is for a pod, 0 to 100 a rule, weighted as kube-scheduler's default profile. Pure. */
import { matchesTerm } from '../node-selector.ts';
import { isTolerated } from '../tolerations.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { PodInfo } from '../views/pod-info.ts';
import type { NodeState } from './node-cache.ts';

/** What a container without requests is assumed to use. Source: scheduler/util/pod_resources.go. */
const DEFAULTS: Readonly<Record<string, number>> = { cpu: 100, memory: 200 * 2 ** 20 };

function fractions({ requests }: PodInfo, { allocatable }: NodeInfo, { used }: NodeState): number[] {
  return Object.entries(DEFAULTS).map(([name, fallback]) => {
    const capacity = allocatable[name] ?? 0;
    const after = (used[name] ?? 0) + (requests[name] || fallback);
    return capacity === 0 ? 1 : Math.min(1, after / capacity);
  });
}

/** Penalty for pods of the same controller that the node runs already: spreads a workload over nodes. */
const spread = ({ controllerUid }: PodInfo, { families }: NodeState): number =>
  controllerUid === '' ? 100 : 100 / (1 + (families.get(controllerUid) ?? 0));

function preferredAffinity({ scheduling }: PodInfo, node: NodeInfo): number {
  const terms = scheduling?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const all = terms.reduce((sum, { weight }) => sum + weight, 0);
  const met = terms.filter(({ preference }) => matchesTerm(preference, node));
  return all === 0 ? 0 : (100 * met.reduce((sum, { weight }) => sum + weight, 0)) / all;
}

function softTaints({ tolerations }: PodInfo, { taints }: NodeInfo): number {
  const against = taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, tolerations));
  return 100 / (1 + against.length);
}

/** Leftover room, balance of its kinds, spread 2, preferred affinity 2, soft taints 3. */
export function score(pod: PodInfo, state: NodeState): number {
  const { info } = state;
  if (info === undefined) {
    return 0;
  }
  const [cpu = 0, memory = 0] = fractions(pod, info, state);
  const least = 100 * (1 - (cpu + memory) / 2);
  const balanced = 100 * (1 - Math.abs(cpu - memory) / 2);
  return least + balanced + 2 * spread(pod, state) + 2 * preferredAffinity(pod, info) + 3 * softTaints(pod, info);
}
