/** The parts of core/v1 Pod that controllers read. Types only; unknown fields are kept as they are. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { Condition } from '../conditions.ts';

export interface Container {
  name: string;
  image?: string;
  restartPolicy?: string;
  env?: { name: string; value?: string; valueFrom?: object }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  ports?: { name?: string; hostPort?: number; containerPort?: number; protocol?: string; hostIP?: string }[];
}
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}
export interface NodeSelectorTerm {
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
  matchFields?: { key: string; operator: string; values?: string[] }[];
}
export interface NodeAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeSelectorTerm[] };
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; preference: NodeSelectorTerm }[];
}
export interface PodAffinityTerm {
  labelSelector?: LabelSelector;
  namespaces?: string[];
  namespaceSelector?: LabelSelector;
  topologyKey: string;
}
export interface PodAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; podAffinityTerm: PodAffinityTerm }[];
}
export interface TopologySpreadConstraint {
  maxSkew: number;
  topologyKey: string;
  whenUnsatisfiable: string;
  labelSelector?: LabelSelector;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
}
export interface PodVolume {
  name: string;
  emptyDir?: object;
  persistentVolumeClaim?: { claimName: string };
  gcePersistentDisk?: { pdName: string; readOnly?: boolean };
  awsElasticBlockStore?: { volumeID: string };
  iscsi?: { iqn: string; readOnly?: boolean };
  rbd?: { monitors: string[]; image: string; pool?: string; readOnly?: boolean };
  ephemeral?: { volumeClaimTemplate?: { metadata?: Pick<ObjectMeta, 'labels' | 'annotations'>; spec: object } };
}
export interface PodSpec {
  nodeName?: string;
  schedulerName?: string;
  schedulingGates?: { name: string }[];
  restartPolicy?: string;
  containers: Container[];
  initContainers?: Container[];
  overhead?: Record<string, string>;
  hostNetwork?: boolean;
  hostname?: string;
  subdomain?: string;
  nodeSelector?: Record<string, string>;
  affinity?: { nodeAffinity?: NodeAffinity; podAffinity?: PodAffinity; podAntiAffinity?: PodAffinity };
  topologySpreadConstraints?: TopologySpreadConstraint[];
  tolerations?: Toleration[];
  priority?: number;
  preemptionPolicy?: string;
  volumes?: PodVolume[];
  /** Of the whole pod, instead of its containers'. */
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}
export interface ContainerStatus {
  name?: string;
  restartCount?: number;
  state?: { terminated?: { exitCode?: number; finishedAt?: string } };
}
export interface PodStatus {
  phase?: string;
  reason?: string;
  message?: string;
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
  podIP?: string;
  podIPs?: { ip: string }[];
  startTime?: string;
  nominatedNodeName?: string;
}
export interface Pod {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string; namespace: string; uid: string };
  spec: PodSpec;
  status?: PodStatus;
}
export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string>; finalizers?: string[] };
  spec?: Partial<PodSpec>;
}
