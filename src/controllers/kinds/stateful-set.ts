/** The parts of apps/v1 StatefulSet that its controller reads and writes. Types only. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject, ObjectMeta } from '../../values/object.ts';
import type { Condition } from '../conditions.ts';
import type { PodTemplate } from './pod.ts';

export interface ClaimTemplate {
  metadata?: ObjectMeta;
  spec?: object;
}
export interface StatefulSet {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string; namespace: string; uid: string };
  spec: {
    replicas?: number;
    selector?: LabelSelector;
    template: PodTemplate;
    serviceName?: string;
    podManagementPolicy?: string;
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
    volumeClaimTemplates?: ClaimTemplate[];
    persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
    ordinals?: { start?: number };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
  };
  status?: StatefulSetStatus;
}
export interface StatefulSetStatus {
  observedGeneration?: number;
  replicas: number;
  readyReplicas?: number;
  currentReplicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  collisionCount?: number;
  conditions?: Condition[];
}
/** A claim as its controller reads it. */
export interface Claim extends KubeObject {
  metadata: ObjectMeta & { name: string; namespace: string; uid: string };
}

export const STATEFUL_SETS = 'statefulsets.apps';
export const CLAIMS = 'persistentvolumeclaims';
