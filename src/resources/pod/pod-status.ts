/** core/v1 PodStatus: the parts that are validated, selected by or printed. Types only. */

import type { ResourceRequirements } from './container.ts';

export interface TerminatedState {
  exitCode?: number;
  signal?: number;
  reason?: string;
  finishedAt?: string | null;
}
export interface ContainerState {
  waiting?: { reason?: string };
  running?: { startedAt?: string | null };
  terminated?: TerminatedState;
}
export interface ContainerStatus {
  name?: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
  /** What it has; absent where the node cannot change it. */
  resources?: ResourceRequirements;
}
export interface PodCondition {
  type?: string;
  status?: string;
  reason?: string;
}
export interface PodStatus {
  phase?: string;
  reason?: string;
  message?: string;
  conditions?: PodCondition[];
  hostIP?: string;
  hostIPs?: { ip?: string }[];
  podIP?: string;
  podIPs?: { ip?: string }[];
  nominatedNodeName?: string;
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
  ephemeralContainerStatuses?: ContainerStatus[];
  qosClass?: string;
}
