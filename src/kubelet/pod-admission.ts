/**
 * Whether a node takes a pod: its last word, whatever the scheduler thought. A refused pod is Failed with the reason.
 * Pure. Source: kubelet/lifecycle/predicate.go, nodeaffinity, tainttoleration.
 */
import { qosClass } from '../resources/pod/qos-class.ts';
import { amountOf } from '../values/amounts.ts';
import type { KubeletConfiguration } from '../values/kubelet-configuration/configuration.ts';
import { forbiddenSysctl } from '../values/kubelet-configuration/sysctls.ts';
import { EVICTED } from './eviction/evicted.ts';
import { isCritical, isStatic } from './eviction/rank.ts';
import { PRESSURES } from './eviction/thresholds.ts';
import { type TakenPort, takenPorts } from './host-ports.ts';
import type { Node, Taint } from './node.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, Pod, Toleration } from './pod.ts';
import { type Amounts, podRequests } from './pod-resources.ts';
import type { Requirement } from './preemption.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
  /** Of a pod that finds no room. */
  readonly missing?: readonly Requirement[];
}

/** What the admitted pods of the node have, but this one. */
export interface NodeLoad {
  readonly used: Amounts;
  readonly isTaken: (port: TakenPort) => boolean;
}

interface Terms {
  readonly configuration: Pick<KubeletConfiguration, 'allowedUnsafeSysctls'>;
  readonly isShuttingDown: boolean;
  /** Whatever room there is: of a critical pod, for which others go. */
  readonly hasRoom?: boolean;
}

/** undefined: admitted. In the order of the kubelet's handlers: the first that refuses is told. */
export function admitPod(
  pod: Pod,
  node: Node,
  load: NodeLoad,
  { configuration, isShuttingDown, hasRoom = false }: Terms,
): Rejection | undefined {
  return (
    refusePressed(pod, node) ??
    refuseSysctls(pod, configuration) ??
    matchSystem(pod, node) ??
    refuseGroups(pod, node) ??
    (hasRoom ? undefined : fitNode(pod, node, load)) ??
    matchNode(pod, node) ??
    findPorts(pod, load) ??
    tolerateNode(pod, node) ??
    (isShuttingDown ? SHUTTING_DOWN : undefined)
  );
}

/** Whether what is known of the other pods decided it. */
export const dependsOnOthers = ({ reason }: Rejection): boolean => reason.startsWith(OUT_OF) || reason === 'NodePorts';

const OUT_OF = 'OutOf';

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

/** Source: kubelet/sysctl/allowlist.go. */
function refuseSysctls({ spec }: Pod, { allowedUnsafeSysctls = [] }: Terms['configuration']): Rejection | undefined {
  for (const { name } of spec.securityContext?.sysctls ?? []) {
    const why = forbiddenSysctl(name, allowedUnsafeSysctls, spec);
    if (why !== undefined) {
      return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${why}` };
    }
  }
  return undefined;
}

const OS_LABEL = 'kubernetes.io/os';

function matchSystem({ metadata, spec }: Pod, node: Node): Rejection | undefined {
  const system = node.metadata.labels?.[OS_LABEL] ?? 'linux';
  const labelled = metadata.labels?.[OS_LABEL];
  if (labelled !== undefined && labelled !== system) {
    const message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
    return { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message };
  }
  return spec.os === undefined || spec.os.name === system
    ? undefined
    : { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
}

function refuseGroups({ spec }: Pod, { status }: Node): Rejection | undefined {
  const isRefused =
    spec.securityContext?.supplementalGroupsPolicy === 'Strict' && status?.features?.supplementalGroupsPolicy !== true;
  const message = 'SupplementalGroupsPolicy=Strict is not supported in this node';
  return isRefused ? { reason: 'SupplementalGroupsPolicyNotSupported', message } : undefined;
}

function matchNode(pod: Pod, node: Node): Rejection | undefined {
  const { nodeSelector = {}, affinity } = pod.spec;
  const labels = node.metadata.labels ?? {};
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const selected = Object.entries(nodeSelector).every(([key, value]) => labels[key] === value);
  return !selected || (terms !== undefined && !terms.some((term) => matchesTerm(term, node)))
    ? predicateFailed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")
    : undefined;
}

function findPorts({ spec }: Pod, { isTaken }: NodeLoad): Rejection | undefined {
  return takenPorts(spec).some(isTaken)
    ? predicateFailed('NodePorts', "node(s) didn't have free ports for the requested pod ports")
    : undefined;
}

/** A static pod is the node's own and stays whatever the node is tainted with. */
function tolerateNode(pod: Pod, { spec }: Node): Rejection | undefined {
  const { tolerations = [] } = pod.spec;
  const isTolerated = (taint: Taint): boolean => tolerations.some((toleration) => tolerates(toleration, taint));
  const stays = (spec?.taints ?? []).every((taint) => taint.effect !== 'NoExecute' || isTolerated(taint));
  return stays || isStatic(pod)
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

/** In this order, then all others. Source: noderesources/fit.go. */
const FIRST: readonly string[] = ['pods', 'cpu', 'memory', 'ephemeral-storage'];

function fitNode(pod: Pod, node: Node, { used }: NodeLoad): Rejection | undefined {
  const allocatable = node.status?.allocatable ?? {};
  const requests = podRequests(pod.spec);
  const missing: Requirement[] = [];
  let message = '';
  for (const name of new Set([...FIRST, ...requests.keys()])) {
    const requested = requests.get(name) ?? 0;
    const text = allocatable[name];
    const capacity = text === undefined ? undefined : amountOf(name, text);
    const taken = used.get(name) ?? 0;
    // An extended resource that the node does not know is the scheduler's business, as in the kubelet.
    if (requested > 0 && capacity !== undefined && taken + requested > capacity) {
      missing.push({ name, amount: taken + requested - capacity });
      message ||= `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${taken}, capacity: ${capacity}`;
    }
  }
  const [first] = missing;
  return first && { reason: `${OUT_OF}${first.name}`, message, missing };
}
