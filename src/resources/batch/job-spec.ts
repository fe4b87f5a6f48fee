/** A job's spec: types and defaults. Source: pkg/apis/batch/v1/defaults.go, 1.34. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { defaultTemplate } from '../pod/pod-template.ts';
import type { FailurePolicy } from './pod-failure-policy.ts';
import type { SuccessPolicy } from './success-policy.ts';

export interface JobSpec {
  parallelism?: number;
  completions?: number;
  activeDeadlineSeconds?: number;
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  maxFailedIndexes?: number;
  selector?: LabelSelector;
  manualSelector?: boolean;
  template?: PodTemplate;
  ttlSecondsAfterFinished?: number;
  completionMode?: string;
  suspend?: boolean;
  podReplacementPolicy?: string;
  podFailurePolicy?: FailurePolicy;
  successPolicy?: SuccessPolicy;
  managedBy?: string;
}

const MAX_BACKOFF = 2_147_483_647;

/** Of a cron job's template only the pods and the policies are completed; the rest is completed in each job. */
export function defaultJobTemplate(spec: JobSpec): void {
  for (const { onPodConditions = [] } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions) {
      pattern.status ||= 'True';
    }
  }
  spec.template ??= {};
  defaultTemplate(spec.template);
}

export function defaultJobSpec(spec: JobSpec): void {
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
  }
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_BACKOFF;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  defaultJobTemplate(spec);
}
