/** What a job's spec must meet, also in a cron job's template. Source: pkg/apis/batch/validation, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { checkDomainPrefixedPath } from '../domain-prefixed-path.ts';
import { checkNonNegative, invalidField, requiredField, tooLongField, unsupportedField } from '../field-errors.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { checkIsSelected, checkTemplate } from '../pod/pod-template.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import type { JobSpec } from './job-spec.ts';
import { checkFailurePolicy } from './pod-failure-policy.ts';
import { checkSuccessPolicy } from './success-policy.ts';
import { checkCompletionMode } from './validate-indexed.ts';

const COUNTS = [
  ...['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'],
  ...['backoffLimitPerIndex', 'maxFailedIndexes'],
] as const satisfies readonly string[];
type Count = 'parallelism';

const RESTARTS = ['OnFailure', 'Never'];
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed'];
const MAX_MANAGED_BY = 63;

/** `Always`, which the pod's own default is, would never end. */
function checkRestart(
  path: string,
  { restartPolicy: policy = 'Always' }: NonNullable<PodTemplate['spec']>,
  spec: JobSpec,
) {
  if (policy === 'Always') {
    return [requiredField(path, `valid values: "${RESTARTS.join('", "')}"`)];
  }
  if (!RESTARTS.includes(policy)) {
    return [unsupportedField(path, policy, RESTARTS)];
  }
  return spec.podFailurePolicy !== undefined && policy !== 'Never'
    ? [invalidField(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}

/** With a failure policy a pod counts once it has failed, so it is replaced no earlier. */
function checkReplacement(path: string, { podReplacementPolicy: policy, podFailurePolicy }: JobSpec): StatusCause[] {
  const allowed = podFailurePolicy === undefined ? REPLACEMENTS : ['Failed'];
  return policy === undefined || allowed.includes(policy) ? [] : [unsupportedField(path, policy, allowed)];
}

const checkManagedBy = (path: string, { managedBy }: JobSpec): StatusCause[] =>
  managedBy === undefined
    ? []
    : [
        ...checkDomainPrefixedPath(path, managedBy),
        ...(Buffer.byteLength(managedBy) > MAX_MANAGED_BY ? [tooLongField(path, MAX_MANAGED_BY)] : []),
      ];

function checkSpec(path: string, spec: JobSpec, old: JobSpec | undefined): StatusCause[] {
  const { template = {}, maxFailedIndexes, backoffLimitPerIndex } = spec;
  return [
    ...COUNTS.flatMap((field) => checkNonNegative(`${path}.${field}`, spec[field as Count])),
    ...(maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined
      ? [requiredField(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
    ...checkManagedBy(`${path}.managedBy`, spec),
    ...checkCompletionMode(path, spec),
    ...checkFailurePolicy(`${path}.podFailurePolicy`, spec),
    ...checkSuccessPolicy(`${path}.successPolicy`, spec),
    ...checkReplacement(`${path}.podReplacementPolicy`, spec),
    ...checkTemplate(`${path}.template`, template, old?.template),
    ...checkRestart(`${path}.template.spec.restartPolicy`, template.spec ?? {}, spec),
  ];
}

/** `old` on an update. */
export function checkJobSpec(path: string, spec: JobSpec, old: JobSpec | undefined): StatusCause[] {
  const { selector, template = {} } = spec;
  return [
    ...checkSpec(path, spec, old),
    ...(selector === undefined
      ? [requiredField(`${path}.selector`)]
      : checkLabelSelector(`${path}.selector`, selector)),
    ...checkIsSelected(`${path}.template`, template, selector),
  ];
}

/** Of a template: each job gets a selector of its own. `old` on an update. */
export function checkJobTemplate(path: string, spec: JobSpec, old: JobSpec | undefined): StatusCause[] {
  const { selector, manualSelector } = spec;
  return [
    ...checkSpec(path, spec, old),
    ...(selector === undefined
      ? []
      : [invalidField(`${path}.selector`, selector, '`selector` will be auto-generated')]),
    ...(manualSelector === true ? [unsupportedField(`${path}.manualSelector`, manualSelector, ['nil', 'false'])] : []),
  ];
}
