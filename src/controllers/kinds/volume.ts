/** The parts of claims, volumes and storage classes that controllers read and write. Types and names only. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { NodeSelectorTerm } from './pod.ts';

export const CLAIMS = 'persistentvolumeclaims';
export const VOLUMES = 'persistentvolumes';
export const CLASSES = 'storageclasses.storage.k8s.io';
export const CSI_NODES = 'csinodes.storage.k8s.io';
export const ATTACHMENTS = 'volumeattachments.storage.k8s.io';

/** Source: component-helpers/storage/volume/helpers.go. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const PROVISIONERS = [
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
];
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
/** On a class: `external` when a provisioner of one's own makes its volumes. On a volume: `simulated` when we did. */
export const PROVISIONING = 'fleet.flotilla.dev/provisioning';

type Metadata = ObjectMeta & { name: string; uid: string };

export interface Claim {
  apiVersion: string;
  kind: string;
  metadata: Metadata & { namespace: string };
  spec: {
    accessModes?: string[];
    selector?: LabelSelector;
    resources?: { requests?: Record<string, string> };
    volumeName?: string;
    storageClassName?: string;
    volumeMode?: string;
  };
  status?: { phase?: string; accessModes?: string[]; capacity?: Record<string, string> };
}
export interface ClaimReference {
  apiVersion?: string;
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  resourceVersion?: string;
}
export interface Volume {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec: {
    capacity?: Record<string, string>;
    accessModes?: string[];
    persistentVolumeReclaimPolicy?: string;
    claimRef?: ClaimReference;
    storageClassName?: string;
    volumeMode?: string;
    mountOptions?: string[];
    nodeAffinity?: { required?: { nodeSelectorTerms?: NodeSelectorTerm[] } };
    csi?: { driver: string; volumeHandle: string };
  };
  status?: { phase?: string; lastPhaseTransitionTime?: string };
}
export interface StorageClass {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string };
  provisioner: string;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
  mountOptions?: string[];
  allowedTopologies?: { matchLabelExpressions?: { key: string; values: string[] }[] }[];
}
export interface CsiNode {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string };
  spec?: { drivers?: { name: string; allocatable?: { count?: number } }[] };
}
export interface VolumeAttachment {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string };
  spec: { attacher: string; nodeName: string; source: { persistentVolumeName?: string } };
}

/** '' when none. */
export const classNameOf = ({ metadata, spec }: Pick<Claim | Volume, 'metadata' | 'spec'>): string =>
  metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? '';
