/** The parts of apps/v1 ReplicaSet and Deployment that their controllers read and write. Types only. */

import type { LabelSelector } from '../../values/label-selector.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { Condition } from '../conditions.ts';
import type { PodTemplate } from './pod.ts';

type Metadata = ObjectMeta & { name: string; namespace: string; uid: string };

export interface ReplicaSet {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec: { replicas?: number; minReadySeconds?: number; selector?: LabelSelector; template: PodTemplate };
  status?: ReplicaSetStatus;
}
export interface ReplicaSetStatus {
  replicas: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  observedGeneration?: number;
  conditions?: Condition[];
}

/** An integer, or a percentage such as `25%`. */
export type IntOrPercent = number | string;

export interface Deployment {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: IntOrPercent; maxUnavailable?: IntOrPercent } };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    paused?: boolean;
    progressDeadlineSeconds?: number;
  };
  status?: DeploymentStatus;
}
export interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  collisionCount?: number;
  conditions?: DeploymentCondition[];
}
export interface DeploymentCondition extends Condition {
  lastUpdateTime?: string;
}
