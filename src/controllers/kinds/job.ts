/** The parts of batch/v1 Job that its controllers read and write. Types only. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { Condition } from '../conditions.ts';
import type { PodTemplate } from './pod.ts';

export interface FailureRule {
  action: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore';
  onExitCodes?: { containerName?: string; operator: string; values: number[] };
  onPodConditions?: { type: string; status?: string }[];
}
export interface SuccessRule {
  succeededIndexes?: string;
  succeededCount?: number;
}
export interface JobSpec {
  parallelism?: number;
  completions?: number;
  activeDeadlineSeconds?: number;
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  maxFailedIndexes?: number;
  completionMode?: string;
  selector?: LabelSelector;
  manualSelector?: boolean;
  template: PodTemplate;
  suspend?: boolean;
  ttlSecondsAfterFinished?: number;
  podReplacementPolicy?: string;
  podFailurePolicy?: { rules: FailureRule[] };
  successPolicy?: { rules: SuccessRule[] };
  managedBy?: string;
}
export interface JobCondition extends Condition {
  lastProbeTime?: string;
}
/** Finished pods whose finalizer is still there: in the counters once it is gone. */
export interface Uncounted {
  succeeded?: string[];
  failed?: string[];
}
export interface JobStatus {
  conditions?: JobCondition[];
  startTime?: string;
  completionTime?: string;
  active?: number;
  ready?: number;
  terminating?: number;
  succeeded?: number;
  failed?: number;
  completedIndexes?: string;
  failedIndexes?: string;
  uncountedTerminatedPods?: Uncounted;
}
export interface Job {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string; namespace: string; uid: string };
  spec: JobSpec;
  status?: JobStatus;
}

export const JOBS = 'jobs.batch';
