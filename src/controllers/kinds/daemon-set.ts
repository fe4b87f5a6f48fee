/** The parts of apps/v1 DaemonSet that its controller reads and writes. Types only. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { IntOrPercent } from './apps.ts';
import type { PodTemplate } from './pod.ts';

export interface DaemonSet {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string; namespace: string; uid: string };
  spec: {
    selector?: LabelSelector;
    template: PodTemplate;
    updateStrategy?: {
      type?: string;
      rollingUpdate?: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent };
    };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
  };
  status?: DaemonSetStatus;
}
export interface DaemonSetStatus {
  currentNumberScheduled: number;
  numberMisscheduled: number;
  desiredNumberScheduled: number;
  numberReady: number;
  observedGeneration?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  numberUnavailable?: number;
  collisionCount?: number;
}

export const DAEMON_SETS = 'daemonsets.apps';
