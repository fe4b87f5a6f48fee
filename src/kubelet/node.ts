/** The parts of core/v1 Node that the kubelet reads and writes, and the annotations that make a node ours. */
import { RUNTIME_ANNOTATION } from '../values/node-runtime.ts';
import type { ObjectMeta } from '../values/object.ts';

/** `stop-heartbeat`: the node's kubelet plays dead until the annotation goes. */
const FAULT_ANNOTATION = 'fleet.flotilla.dev/fault';
/** Capacity as a JSON map of quantities, for nodes created without status.capacity. */
export const CAPACITY_ANNOTATION = 'fleet.flotilla.dev/capacity';
/** A NodePool's `spec.kubelet` as JSON: maxPods, kubeReserved, systemReserved, leaseDurationSeconds, … */
export const KUBELET_ANNOTATION = 'fleet.flotilla.dev/kubelet';
export const INSTANCE_TYPE_ANNOTATION = 'fleet.flotilla.dev/instance-type';

export interface Taint {
  key: string;
  value?: string;
  effect: string;
}
export interface NodeCondition {
  type: string;
  status: string;
  lastHeartbeatTime?: string;
  lastTransitionTime?: string;
  reason?: string;
  message?: string;
}
export interface NodeStatus {
  capacity?: Record<string, string>;
  allocatable?: Record<string, string>;
  conditions?: NodeCondition[];
  addresses?: { type: string; address: string }[];
  daemonEndpoints?: { kubeletEndpoint?: { Port: number } };
  nodeInfo?: Record<string, string>;
  images?: { names: string[]; sizeBytes: number }[];
  features?: { supplementalGroupsPolicy?: boolean };
  runtimeHandlers?: { name: string; features: { recursiveReadOnlyMounts: boolean; userNamespaces: boolean } }[];
}
export interface Node {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string; uid: string };
  spec?: { podCIDR?: string; podCIDRs?: string[]; taints?: Taint[]; unschedulable?: boolean; providerID?: string };
  status?: NodeStatus;
}

export const runtimeOf = (node: Node): string | undefined => node.metadata.annotations?.[RUNTIME_ANNOTATION];

export const playsDead = (node: Node): boolean => node.metadata.annotations?.[FAULT_ANNOTATION] === 'stop-heartbeat';
