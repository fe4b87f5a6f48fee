/** A job's status as it is read here: its types, and what its conditions say. */
import type { KubeObject } from '../../values/object.ts';
import type { JobSpec } from './job-spec.ts';

export interface JobStatus {
  conditions?: { type?: string; status?: string }[];
  startTime?: string;
  completionTime?: string;
  active?: number;
  ready?: number;
  terminating?: number;
  succeeded?: number;
  failed?: number;
  completedIndexes?: string;
  failedIndexes?: string;
  uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] };
}
export interface Job extends KubeObject {
  spec?: JobSpec;
  status?: JobStatus;
}

export type JobCondition = 'Complete' | 'Failed' | 'Suspended' | 'FailureTarget' | 'SuccessCriteriaMet';

export const holds = ({ conditions = [] }: JobStatus, type: JobCondition): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === 'True');

export const isFinished = (status: JobStatus): boolean => holds(status, 'Complete') || holds(status, 'Failed');
