/** A job's spec: defaults and rules, also of a cron job's template. Source: pkg/apis/batch/{v1/defaults,validation}, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import { checkNonNegative, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { defaultTemplate } from '../pod/pod-template.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { checkPodSpec } from '../pod/validate-pod-spec.ts';
import { validateLabels } from '../validate-metadata.ts';
import { checkFailurePolicy, type FailurePolicy } from './pod-failure-policy.ts';

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
}

const MODES = ['Indexed', 'NonIndexed'];
const RESTARTS = ['Never', 'OnFailure'];
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed'];
const MAX_BACKOFF = 2_147_483_647;

export function defaultJobSpec(spec: JobSpec): void {
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
  }
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_BACKOFF;
  spec.completionMode ||= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ||= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  spec.template ??= {};
  defaultTemplate(spec.template);
}

/** `Always`, which the pod's own default is, would never end. */
function checkRestart(path: string, { spec = {} }: PodTemplate): StatusCause[] {
  const { restartPolicy = 'Always' } = spec;
  if (restartPolicy === 'Always') {
    return [requiredField(path, 'valid values: "OnFailure", "Never"')];
  }
  return RESTARTS.includes(restartPolicy) ? [] : [unsupportedField(path, restartPolicy, ['OnFailure', 'Never'])];
}

function checkIndexed(path: string, spec: JobSpec): StatusCause[] {
  const { completionMode = '', completions, backoffLimitPerIndex, maxFailedIndexes } = spec;
  const isIndexed = completionMode === 'Indexed';
  return [
    ...(MODES.includes(completionMode) ? [] : [unsupportedField(`${path}.completionMode`, completionMode, MODES)]),
    ...(isIndexed && completions === undefined
      ? [requiredField(`${path}.completions`, 'when completion mode is Indexed')]
      : []),
    ...(!isIndexed && backoffLimitPerIndex !== undefined
      ? [invalidField(`${path}.backoffLimitPerIndex`, backoffLimitPerIndex, 'requires indexed completion mode')]
      : []),
    ...(maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined
      ? [requiredField(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
  ];
}

/** A selector is the server's to make, unless `manualSelector` says otherwise; of a cron job's template it is refused. */
export function checkJobSpec(path: string, spec: JobSpec, isTemplate: boolean): StatusCause[] {
  const { template = {}, podReplacementPolicy = '' } = spec;
  const counts = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ] as const;
  return [
    ...counts.flatMap((field) => checkNonNegative(`${path}.${field}`, spec[field])),
    ...checkNonNegative(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex),
    ...checkNonNegative(`${path}.maxFailedIndexes`, spec.maxFailedIndexes),
    ...checkIndexed(path, spec),
    ...(REPLACEMENTS.includes(podReplacementPolicy)
      ? []
      : [unsupportedField(`${path}.podReplacementPolicy`, podReplacementPolicy, REPLACEMENTS)]),
    ...checkFailurePolicy(`${path}.podFailurePolicy`, spec),
    ...(isTemplate ? checkNoSelector(path, spec) : checkOwnSelector(path, spec)),
    ...validateLabels(template.metadata?.labels ?? {}, `${path}.template.labels`),
    ...checkPodSpec(`${path}.template.spec`, template.spec ?? {}, { isPod: false }),
    ...checkRestart(`${path}.template.spec.restartPolicy`, template),
  ];
}

const checkOwnSelector = (path: string, { selector }: JobSpec): StatusCause[] =>
  selector === undefined ? [requiredField(`${path}.selector`)] : checkLabelSelector(`${path}.selector`, selector);

const checkNoSelector = (path: string, { selector, manualSelector }: JobSpec): StatusCause[] => [
  ...(selector === undefined ? [] : [invalidField(`${path}.selector`, selector, '`selector` will be auto-generated')]),
  ...(manualSelector === true ? [unsupportedField(`${path}.manualSelector`, manualSelector, ['nil', 'false'])] : []),
];
