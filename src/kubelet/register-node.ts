/** Registration: what a kubelet sets on its Node object besides the status, and its Lease. Pure. */
import type { KubeletConfiguration } from '../values/kubelet-configuration/configuration.ts';
import type { KubeObject } from '../values/object.ts';
import { formatMicroTime } from '../values/rfc3339.ts';
import { INSTANCE_TYPE_ANNOTATION, type Node, type Taint } from './node.ts';
import { podCidrOf } from './node-addresses.ts';
import type { NodeSettings } from './node-settings.ts';

export const LEASE_NAMESPACE = 'kube-node-lease';

/** Adopts: what is set already stays as it is. Answers whether anything was changed. */
export function completeNode(node: Node, settings: NodeSettings, nodeLabels: Labels = {}): boolean {
  const { capacity, configuration } = settings;
  const noCidr = node.spec?.podCIDR === undefined;
  const registered = configuration.registerNode !== false && describeNode(node, configuration, nodeLabels);
  if (noCidr) {
    const podCIDR = podCidrOf(node.metadata.name, Number(capacity['pods']) || 110);
    node.spec = { ...node.spec, podCIDR, podCIDRs: [podCIDR] };
  }
  return registered || noCidr;
}

type Labels = Readonly<Record<string, string>>;

/** In a `providerID`: the name of each node. */
const NODE_NAME = '$(NODE_NAME)';

/** What a kubelet says of its node as it registers it; some of it only of one that no kubelet has reported yet. */
function describeNode(node: Node, configuration: KubeletConfiguration, nodeLabels: Labels): boolean {
  const { name } = node.metadata;
  const labels = { ...node.metadata.labels };
  const instanceType = node.metadata.annotations?.[INSTANCE_TYPE_ANNOTATION];
  const isNew = node.status?.conditions?.some(({ type }) => type === 'Ready') !== true;
  const wanted: Record<string, string> = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    ...(instanceType === undefined ? {} : { 'node.kubernetes.io/instance-type': instanceType }),
    ...(isNew ? nodeLabels : {}),
  };
  const missing = Object.entries(wanted).filter(([key]) => labels[key] === undefined);
  const taints = isNew ? newTaints(node, configuration) : [];
  const providerID =
    isNew && !node.spec?.providerID ? configuration.providerID?.replaceAll(NODE_NAME, name) : undefined;
  if (missing.length > 0) {
    node.metadata.labels = { ...labels, ...Object.fromEntries(missing) };
  }
  if (taints.length > 0) {
    node.spec = { ...node.spec, taints: [...(node.spec?.taints ?? []), ...taints] };
  }
  if (providerID) {
    node.spec = { ...node.spec, providerID };
  }
  return missing.length > 0 || taints.length > 0 || Boolean(providerID);
}

/** `registerWithTaints`: whoever takes one away later is not overruled. */
function newTaints({ spec }: Node, { registerWithTaints = [] }: KubeletConfiguration): Taint[] {
  const has = ({ key, effect }: Taint): boolean =>
    spec?.taints?.some((taint) => taint.key === key && taint.effect === effect) ?? false;
  return registerWithTaints.filter((taint) => !has(taint));
}

/** The Lease that says the node lives; owned by the Node, so that it goes with it. */
export function nodeLease({ metadata: { name, uid } }: Node, leaseDurationSeconds: number, now: number): KubeObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      namespace: LEASE_NAMESPACE,
      name,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds, renewTime: formatMicroTime(now) },
  };
}

/** When a node's status is looked at again: a backend that may change by itself often, any other when a report is due. */
export const statusPeriodMs = (volatile: boolean, settings: NodeSettings): number =>
  volatile ? settings.nodeStatusUpdateMs : settings.nodeStatusReportMs;
