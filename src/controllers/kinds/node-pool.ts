/** fleet.flotilla.dev/v1alpha1 NodePool as its controller reads it. Types only. */
import type { ObjectMeta } from '../../values/object.ts';
import type { Condition } from '../conditions.ts';
import type { IntOrPercent } from './apps.ts';
import type { Taint } from './node.ts';

export interface NodePoolSpec {
  replicas?: number;
  /** Name of a runtime; default `simulated`. */
  runtime?: string;
  template?: {
    metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
    spec?: { taints?: Taint[]; unschedulable?: boolean };
    capacity?: Record<string, string>;
    zones?: string[];
    instanceType?: string;
    instanceTypes?: { name: string; capacity?: Record<string, string> }[];
  };
  updateStrategy?: {
    type?: string;
    rollingUpdate?: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent; drainDeadlineSeconds?: number };
  };
  /** Older versions stored pools without `maxReplicas` and `notReadySeconds`. */
  autoscaling?: { minReplicas?: number; maxReplicas?: number; scaleDownDelaySeconds?: number };
  repair?: { notReadySeconds?: number; maxUnhealthy?: IntOrPercent };
  kubeletConfigRef?: { name?: string };
  kubelet?: Record<string, unknown>;
  simulation?: Record<string, unknown>;
}
export interface NodePoolStatus {
  replicas?: number;
  readyReplicas?: number;
  updatedReplicas?: number;
  lastScaleTime?: string;
  observedGeneration?: number;
  selector?: string;
  conditions?: Condition[];
}
export interface NodePool {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string; uid: string };
  spec?: NodePoolSpec;
  status?: NodePoolStatus;
}

export const CAPACITY_ANNOTATION = 'fleet.flotilla.dev/capacity';
export const KUBELET_ANNOTATION = 'fleet.flotilla.dev/kubelet';
/** Hash of what the node was made of. */
export const TEMPLATE_ANNOTATION = 'fleet.flotilla.dev/template-hash';
export const SIMULATION_ANNOTATION = 'fleet.flotilla.dev/simulation';
