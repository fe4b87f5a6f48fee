/**
 * Whether a node gives the pods of a batch what they newly ask for: one after another, each seeing what those before it
 * were given. Source: kubelet/allocation/allocation_manager.go, handlePodResourcesResize, sortPendingResizes, 1.34.
 */
import type { Runtime } from '../../runtimes/runtime.ts';
import { amountOf } from '../../values/amounts.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { KubeletContext } from '../context.ts';
import type { Node } from '../node.ts';
import type { NodeSettings } from '../node-settings.ts';
import { isTerminal, type Pod } from '../pod.ts';
import { admitPod } from '../pod-admission.ts';
import { podRequests } from '../pod-resources.ts';
import { allocatedPod, pendingResize } from './allocation.ts';

export interface PendingResize {
  readonly reason: 'Deferred' | 'Infeasible';
  readonly message: string;
}
/** Of a pod that asks for something else than it has. */
export type ResizeVerdict = { readonly accepted: true } | { readonly accepted: false; readonly pending: PendingResize };

interface Candidate {
  readonly pod: Pod;
  readonly node: Node;
  readonly runtime: Runtime;
  readonly settings: NodeSettings;
}

const RANK: Readonly<Record<string, number>> = { Guaranteed: 0, Burstable: 1, BestEffort: 2 };

const requested = (pod: Pod, resource: string): number => podRequests(pod.spec).get(resource) ?? 0;

function isIncrease(pod: Pod): boolean {
  const allocated = allocatedPod(pod);
  return ['cpu', 'memory'].some((resource) => requested(pod, resource) > requested(allocated, resource));
}

/** What needs nothing new first, then by priority and QoS class, then who has waited longest. */
function byUrgency(a: Pod, b: Pod): number {
  const waits = (pod: Pod): number => parseTime(pendingResize(pod)?.lastTransitionTime) ?? Number.POSITIVE_INFINITY;
  const rank = ({ status }: Pod): number => RANK[status?.qosClass ?? ''] ?? 0;
  return (
    Number(isIncrease(a)) - Number(isIncrease(b)) ||
    (b.spec.priority ?? 0) - (a.spec.priority ?? 0) ||
    rank(a) - rank(b) ||
    (waits(a) < waits(b) ? -1 : 1)
  );
}

function infeasible({ pod, node, runtime }: Candidate): PendingResize | undefined {
  if (runtime.resizing === undefined) {
    return { reason: 'Infeasible', message: 'In-place pod resize is not supported on this node' };
  }
  const allocatable = node.status?.allocatable ?? {};
  for (const resource of ['memory', 'cpu']) {
    const text = allocatable[resource];
    const wanted = requested(pod, resource);
    if (text !== undefined && wanted > amountOf(resource, text)) {
      const figures = `${resource}, requested: ${wanted}, capacity: ${amountOf(resource, text)}`;
      return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${figures}` };
    }
  }
  return undefined;
}

async function judge({ admitted }: KubeletContext, candidate: Candidate, tenure: string): Promise<ResizeVerdict> {
  const { pod, node, settings } = candidate;
  const { uid } = pod.metadata;
  const impossible = infeasible(candidate);
  if (impossible !== undefined) {
    return { accepted: false, pending: impossible };
  }
  const { name } = node.metadata;
  const terms = { configuration: settings.configuration, isShuttingDown: false };
  let pods = await admitted.onNode(name, tenure);
  let rejection = admitPod(pod, node, pods.ofOthers(uid), terms);
  if (rejection !== undefined) {
    pods = await admitted.reload(name, tenure);
    rejection = admitPod(pod, node, pods.ofOthers(uid), terms);
  }
  if (rejection !== undefined) {
    return { accepted: false, pending: { reason: 'Deferred', message: rejection.message } };
  }
  pods.set(uid, pod.spec);
  return { accepted: true };
}

/** Verdicts by the pod's uid; a pod that has what it asks for has none. */
export async function judgeResizes(
  context: KubeletContext,
  candidates: readonly Candidate[],
  tenure: string,
): Promise<Map<string, ResizeVerdict>> {
  const asking = candidates.filter(
    ({ pod }) => pod.metadata.deletionTimestamp === undefined && !isTerminal(pod.status) && allocatedPod(pod) !== pod,
  );
  const verdicts = new Map<string, ResizeVerdict>();
  for (const candidate of asking.sort((a, b) => byUrgency(a.pod, b.pod))) {
    verdicts.set(candidate.pod.metadata.uid, await judge(context, candidate, tenure));
  }
  return verdicts;
}
