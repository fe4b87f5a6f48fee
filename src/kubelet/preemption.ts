/**
 * Which pods go so that a critical one fits: the fewest, guaranteed ones only if nothing else does, and those that ask for
 * least. Pure. Source: kubelet/preemption/preemption.go, 1.34.
 */
import { qosClass } from '../resources/pod/qos-class.ts';
import { isCritical } from './eviction/rank.ts';
import type { Pod } from './pod.ts';
import { type Amounts, podRequests } from './pod-resources.ts';
import { allocatedPod } from './resize/allocation.ts';

/** What is missing of a resource. */
export interface Requirement {
  readonly name: string;
  readonly amount: number;
}

/** Of the condition of a pod that goes, and of its status. */
export const PREEMPTED_BY = 'Pod was preempted by Kubelet to accommodate a critical pod.';
export const PREEMPTION = {
  reason: 'Preempting',
  message: 'Preempted in order to admit critical pod',
} as const;

const priority = ({ spec }: Pod): number => spec.priority ?? 0;

const mayPreempt = (preemptor: Pod, pod: Pod): boolean =>
  (isCritical(preemptor) && !isCritical(pod)) || priority(preemptor) > priority(pod);

/** A node may have 10,000 pods, and each is looked at again and again. */
const requests = new WeakMap<Pod, Amounts>();

function requestOf(pod: Pod, name: string): number {
  const known = requests.get(pod) ?? podRequests(allocatedPod(pod).spec);
  requests.set(pod, known);
  return known.get(name) ?? 0;
}

/** What is still missing without those pods. */
export const without = (requirements: readonly Requirement[], pods: readonly Pod[]): Requirement[] =>
  requirements.flatMap(({ name, amount }) => {
    const left = pods.reduce((rest, pod) => rest - requestOf(pod, name), amount);
    return left > 0 ? [{ name, amount: left }] : [];
  });

/** Of each requirement the share that is left without the pod, squared. */
const distance = (requirements: readonly Requirement[], pod: Pod): number =>
  requirements.reduce((sum, { name, amount }) => {
    const left = Math.max(0, amount - requestOf(pod, name));
    return sum + (left / amount) ** 2;
  }, 0);

/** Negative: the first asks for less. */
const bySize = (a: Pod, b: Pod): number =>
  requestOf(a, 'memory') - requestOf(b, 'memory') || requestOf(a, 'cpu') - requestOf(b, 'cpu');

/** Those that come nearest to what is missing, one after the other. */
function nearest(pods: readonly Pod[], requirements: readonly Requirement[]): Pod[] {
  const rest = new Set(pods);
  const chosen: Pod[] = [];
  let missing = [...requirements];
  while (missing.length > 0) {
    const next = best(rest, missing);
    if (next === undefined) {
      return chosen;
    }
    rest.delete(next);
    chosen.push(next);
    missing = without(missing, [next]);
  }
  return chosen;
}

function best(pods: Iterable<Pod>, missing: readonly Requirement[]): Pod | undefined {
  let found: { readonly pod: Pod; readonly far: number } | undefined;
  for (const pod of pods) {
    const far = distance(missing, pod);
    if (found === undefined || far < found.far || (far === found.far && bySize(pod, found.pod) < 0)) {
      found = { pod, far };
    }
  }
  return found?.pod;
}

/** A text: what cannot be had, whoever goes. */
export function podsToPreempt(
  preemptor: Pod,
  pods: readonly Pod[],
  requirements: readonly Requirement[],
): readonly Pod[] | string {
  const candidates = pods.filter((pod) => mayPreempt(preemptor, pod));
  const of = (qos: string): Pod[] => candidates.filter((pod) => (pod.status?.qosClass ?? qosClass(pod.spec)) === qos);
  const [bestEffort, burstable, guaranteed] = [of('BestEffort'), of('Burstable'), of('Guaranteed')];
  const unmet = without(requirements, candidates);
  if (unmet.length > 0) {
    const list = unmet.map(({ name, amount }) => `(res: ${name}, q: ${amount}), `).join('');
    return `preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [${list}]`;
  }
  // Of each class what would be missing if all of the lesser ones went, and of the better ones those that have to.
  const last = nearest(guaranteed, without(requirements, [...bestEffort, ...burstable]));
  const middle = nearest(burstable, without(requirements, [...bestEffort, ...last]));
  return [...nearest(bestEffort, without(requirements, [...middle, ...last])), ...middle, ...last];
}
