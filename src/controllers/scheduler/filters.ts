/** Whether a pod can run on a node, with kube-scheduler's words for why not. Pure. Source: scheduler/framework/plugins. */
import type { Taint } from '../kinds/node.ts';
import { matchesTerm } from '../node-selector.ts';
import { isTolerated } from '../tolerations.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { PodInfo } from '../views/pod-info.ts';
import type { NodeState } from './node-cache.ts';

export interface Refusal {
  readonly reasons: readonly string[];
  /** False: no eviction would help. */
  readonly preemptible: boolean;
}
type Filter = (pod: PodInfo, node: NodeInfo, state: NodeState) => Refusal | undefined;

const never = (reason: string): Refusal => ({ reasons: [reason], preemptible: false });

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

const nodeUnschedulable: Filter = ({ tolerations }, { unschedulable }) =>
  unschedulable && !isTolerated(UNSCHEDULABLE, tolerations) ? never('node(s) were unschedulable') : undefined;

const taintToleration: Filter = ({ tolerations }, { taints }) => {
  const taint = taints.find(
    (candidate) => candidate.effect !== 'PreferNoSchedule' && !isTolerated(candidate, tolerations),
  );
  return taint === undefined ? undefined : never(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
};

const nodeAffinity: Filter = ({ scheduling }, node) => {
  const { nodeSelector = {}, affinity } = scheduling ?? {};
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const selected = Object.entries(nodeSelector).every(([key, value]) => node.labels[key] === value);
  return selected && (terms === undefined || terms.some((term) => matchesTerm(term, node)))
    ? undefined
    : never("node(s) didn't match Pod's node affinity/selector");
};

/** A port on every address clashes with the same port on any. */
const nodePorts: Filter = ({ hostPorts }, _, { ports }) => {
  const clashes = (wanted: string): boolean => {
    const [ip = '', protocol, port] = wanted.split('/');
    return [...ports.keys()].some((taken) => {
      const [takenIp = '', takenProtocol, takenPort] = taken.split('/');
      const meet = ip === takenIp || ip === '0.0.0.0' || takenIp === '0.0.0.0';
      return meet && protocol === takenProtocol && port === takenPort;
    });
  };
  return hostPorts.length > 0 && ports.size > 0 && hostPorts.some(clashes)
    ? { reasons: ["node(s) didn't have free ports for the requested pod ports"], preemptible: true }
    : undefined;
};

const resourcesFit: Filter = ({ requests }, { allocatable }, { used }) => {
  let reasons: string[] | undefined;
  let preemptible = true;
  for (const name in requests) {
    const asked = requests[name] ?? 0;
    const capacity = allocatable[name] ?? 0;
    if (asked > 0 && asked > capacity - (used[name] ?? 0)) {
      reasons ??= [];
      reasons.push(name === 'pods' ? 'Too many pods' : `Insufficient ${name}`);
      preemptible &&= asked <= capacity;
    }
  }
  return reasons === undefined ? undefined : { reasons, preemptible };
};

const FILTERS: readonly Filter[] = [nodeUnschedulable, taintToleration, nodeAffinity, nodePorts, resourcesFit];

/** undefined: the pod fits. The first filter that refuses gives the reasons. */
export function refusal(pod: PodInfo, state: NodeState): Refusal | undefined {
  const { info } = state;
  if (info === undefined) {
    return never('node(s) were not found');
  }
  for (const filter of FILTERS) {
    const refused = filter(pod, info, state);
    if (refused !== undefined) {
      return refused;
    }
  }
  return undefined;
}
