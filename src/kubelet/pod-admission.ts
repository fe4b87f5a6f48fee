/**
 * Whether a node takes a pod: its last word, whatever the scheduler thought. A refused pod is Failed with the reason.
 * Pure. Source: kubelet/lifecycle/predicate.go, nodeaffinity, tainttoleration.
 */
import { qosClass } from '../resources/pod/qos-class.ts';
import { amountOf } from '../values/amounts.ts';
import { EVICTED } from './eviction/evicted.ts';
import { isCritical } from './eviction/rank.ts';
import { PRESSURES } from './eviction/thresholds.ts';
import type { Node, Taint } from './node.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, Pod, Toleration } from './pod.ts';
import { type Amounts, podRequests } from './pod-resources.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** `used` holds what the admitted pods of the node request. undefined: admitted. */
export function admitPod(pod: Pod, node: Node, used: Amounts, isShuttingDown = false): Rejection | undefined {
  return (
    refusePressed(pod, node) ??
    (isShuttingDown ? SHUTTING_DOWN : undefined) ??
    matchNode(pod, node) ??
    fitNode(pod, node, used)
  );
}

/** Source: kubelet/nodeshutdown. */
const SHUTTING_DOWN: Rejection = {
  reason: 'NodeShutdown',
  message: 'Pod was rejected as the node is shutting down.',
};

const MEMORY_TAINT: Taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' };

/** Under pressure only critical pods come; of memory alone, all but best-effort ones. Source: eviction_manager.go, Admit. */
function refusePressed(pod: Pod, { status }: Node): Rejection | undefined {
  const pressures = (status?.conditions ?? []).filter(
    ({ type, status: value }) => PRESSURES.has(type) && value === 'True',
  );
  if (pressures.length === 0 || isCritical(pod)) {
    return undefined;
  }
  const isMemoryAlone = pressures.every(({ type }) => type === 'MemoryPressure');
  const { tolerations = [] } = pod.spec;
  const isTolerated = tolerations.some((toleration) => tolerates(toleration, MEMORY_TAINT));
  return isMemoryAlone && (qosClass(pod.spec) !== 'BestEffort' || isTolerated)
    ? undefined
    : { reason: EVICTED, message: `The node had condition: [${pressures.map(({ type }) => type).join(' ')}]. ` };
}

function matchNode(pod: Pod, node: Node): Rejection | undefined {
  const { nodeSelector = {}, affinity, tolerations = [] } = pod.spec;
  const labels = node.metadata.labels ?? {};
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const selected = Object.entries(nodeSelector).every(([key, value]) => labels[key] === value);
  if (!selected || (terms !== undefined && !terms.some((term) => matchesTerm(term, node)))) {
    return predicateFailed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  }
  const untolerated = node.spec?.taints?.find(
    (taint) => taint.effect === 'NoExecute' && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
  return untolerated === undefined
    ? undefined
    : predicateFailed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
}

const predicateFailed = (name: string, why: string): Rejection => ({
  reason: name,
  message: `Predicate ${name} failed: ${why}`,
});

/** An empty term matches nothing. */
function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const fields: Record<string, string> = { 'metadata.name': node.metadata.name };
  return (
    matchExpressions.length + matchFields.length > 0 &&
    matchExpressions.every((requirement) => meets(requirement, labels)) &&
    matchFields.every((requirement) => meets(requirement, fields))
  );
}

function meets({ key, operator, values = [] }: NodeSelectorRequirement, labels: Record<string, string>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const compared: Record<string, () => boolean> = {
    In: () => value !== undefined && values.includes(value),
    NotIn: () => value === undefined || !values.includes(value),
    Exists: () => value !== undefined,
    DoesNotExist: () => value === undefined,
    Gt: () => value !== undefined && Number(value) > Number(values[0]),
    Lt: () => value !== undefined && Number(value) < Number(values[0]),
  };
  return compared[operator]?.() ?? false;
}

function tolerates({ key, operator = 'Equal', value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) {
    return false;
  }
  if (key !== undefined && key !== '' && key !== taint.key) {
    return false;
  }
  return operator === 'Exists' || ((key ?? '') !== '' && (value ?? '') === (taint.value ?? ''));
}

function fitNode(pod: Pod, node: Node, used: Amounts): Rejection | undefined {
  const allocatable = node.status?.allocatable ?? {};
  for (const [name, requested] of podRequests(pod.spec)) {
    const text = allocatable[name];
    const capacity = text === undefined ? undefined : amountOf(name, text);
    const taken = used.get(name) ?? 0;
    // An extended resource that the node does not know is the scheduler's business, as in the kubelet.
    if (requested > 0 && capacity !== undefined && taken + requested > capacity) {
      const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${taken}, capacity: ${capacity}`;
      return { reason: `OutOf${name}`, message };
    }
  }
  return undefined;
}
