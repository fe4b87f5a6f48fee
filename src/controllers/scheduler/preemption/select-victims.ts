/**
 * Who would have to leave a node for a pod: all who are less important are taken off, then brought back one by one
 * while the pod still fits, first those that a budget protects. Source: plugins/defaultpreemption, SelectVictimsOnNode.
 */
import type { PodInfo } from '../../views/pod-info.ts';
import type { NodeCache } from '../cache/node-cache.ts';
import type { NodeState } from '../cache/node-state.ts';
import type { Refusal } from '../plugins/plugin.ts';
import type { Budgets } from '../world/budgets.ts';
import { byImportance } from './importance.ts';
import type { Candidate } from './pick-candidate.ts';

export const NO_VICTIMS = 'No preemption victims found for incoming pod';

/** `refusal`: of the pod by the node as it is at that moment. */
export function selectVictims(
  node: NodeState,
  pod: Pick<PodInfo, 'priority'>,
  { cache, budgets }: { readonly cache: NodeCache; readonly budgets: Budgets },
  refusal: () => Refusal | undefined,
): Candidate | { readonly reasons: readonly string[] } {
  const lower = [...node.pods].filter(({ priority }) => priority < pod.priority).sort(byImportance);
  if (lower.length === 0) {
    return { reasons: [NO_VICTIMS] };
  }
  return cache.trial(node, (trial) => {
    for (const each of lower) {
      trial.remove(each);
    }
    const refused = refusal();
    if (refused !== undefined) {
      return { reasons: refused.reasons };
    }
    const protectedPods = budgets.violated(lower);
    const staysAway = (each: PodInfo): boolean => {
      trial.add(each);
      const fits = refusal() === undefined;
      if (!fits) {
        trial.remove(each);
      }
      return !fits;
    };
    const violating = lower.filter((each) => protectedPods.has(each) && staysAway(each));
    const others = lower.filter((each) => !protectedPods.has(each) && staysAway(each));
    return { node, victims: [...violating, ...others].sort(byImportance), violations: violating.length };
  });
}
