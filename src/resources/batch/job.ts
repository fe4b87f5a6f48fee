/** batch/v1 Job. Source: pkg/registry/batch/job/strategy.go, pkg/apis/batch/validation, 1.34. No controller acts on it yet. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { humanDuration } from '../../values/human-duration.ts';
import { formatLabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { TEMPLATE_COLUMNS } from '../apps/workload-columns.ts';
import { AGE_COLUMN, column, NAME_COLUMN, wideColumn } from '../columns.ts';
import { type Column, defineResource, type ResourceContext } from '../define-resource.ts';
import { checkImmutable, checkNonNegative } from '../field-errors.ts';
import { podSpecWarnings } from '../pod/warnings.ts';
import { checkJobSpec, defaultJobSpec, type JobSpec } from './job-spec.ts';

interface Job extends KubeObject {
  spec?: JobSpec;
  status?: {
    conditions?: { type?: string; status?: string }[];
    startTime?: string;
    completionTime?: string;
    active?: number;
    succeeded?: number;
    failed?: number;
  };
}

const UID_LABEL = 'batch.kubernetes.io/controller-uid';
const NAME_LABEL = 'batch.kubernetes.io/job-name';
/** Of before 1.27; clients still select by them. */
const OLD_LABELS = { uid: 'controller-uid', name: 'job-name' };

/** A condition → what the table says; the first that holds. */
const STATES = ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'] as const;

function statusCell({ metadata, status }: Job): string {
  const holds = (type: string): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  const state = STATES.find(holds);
  if (state !== undefined) {
    return state;
  }
  return metadata.deletionTimestamp === undefined ? 'Running' : 'Terminating';
}

function completionsCell({ spec, status }: Job): string {
  const { completions, parallelism = 0 } = spec ?? {};
  const succeeded = status?.succeeded ?? 0;
  if (completions !== undefined) {
    return `${succeeded}/${completions}`;
  }
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationCell({ status }: Job, { now }: ResourceContext): string {
  const start = parseTime(status?.startTime);
  return start === undefined ? '' : humanDuration((parseTime(status?.completionTime) ?? now) - start);
}

const COLUMNS: readonly Column<Job>[] = [
  NAME_COLUMN,
  column('Status', 'Status of the job.', statusCell),
  column('Completions', 'The number of pods which reached phase Succeeded.', completionsCell),
  column('Duration', 'Time required to complete the job.', durationCell),
  AGE_COLUMN,
  ...TEMPLATE_COLUMNS,
  wideColumn('Selector', 'A label query over the pods of the job.', ({ spec }) =>
    formatLabelSelector(spec?.selector ?? {}),
  ),
];

/** Pods of two jobs must never be taken for each other's. Source: generateSelector. */
function generateSelector({ metadata, spec = {} }: Job): void {
  if (spec.manualSelector === true || spec.template === undefined) {
    return;
  }
  const { uid = '', name = '' } = metadata;
  const template = spec.template;
  template.metadata ??= {};
  template.metadata.labels = {
    ...template.metadata.labels,
    ...{ [UID_LABEL]: uid, [NAME_LABEL]: name, [OLD_LABELS.uid]: uid, [OLD_LABELS.name]: name },
  };
  spec.selector ??= { matchLabels: { [UID_LABEL]: uid } };
}

const isSuspended = ({ spec }: Job): boolean => spec?.suspend === true;

/** The template of a job that was never started may change in what schedules it. */
function validateUpdate(job: Job, old: Job): StatusCause[] {
  const [spec, before] = [job.spec ?? {}, old.spec ?? {}];
  const same = (field: keyof JobSpec): StatusCause[] =>
    checkImmutable(`spec.${field}`, spec[field], isDeepStrictEqual(spec[field], before[field]));
  const mayChange = isSuspended(old) && old.status?.startTime === undefined;
  const isElastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  return [
    ...(isElastic ? [] : same('completions')),
    ...same('selector'),
    ...(mayChange ? [] : same('template')),
    ...same('completionMode'),
    ...same('podFailurePolicy'),
    ...same('backoffLimitPerIndex'),
  ];
}

export const job = defineResource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.batch.v1.Job',
  selectableFields: ['status.successful'],
  fields: ({ status }) => ({ 'status.successful': String(status?.succeeded ?? 0) }),
  columns: COLUMNS,
  subresources: { status: true },
  applyDefaults: (object) => {
    object.spec ??= {};
    defaultJobSpec(object.spec);
    generateSelector(object);
  },
  prepareForCreate: (object) => {
    object.status = {};
  },
  prepareForUpdate: (object, old) => {
    // A client that leaves the generated selector out does not ask for another.
    if (object.spec !== undefined && old.spec?.selector !== undefined) {
      object.spec.selector ??= old.spec.selector;
    }
  },
  validate: ({ spec = {} }) => checkJobSpec('spec', spec, false),
  validateUpdate,
  validateStatusUpdate: ({ status = {} }) =>
    (['active', 'succeeded', 'failed'] as const).flatMap((field) => checkNonNegative(`status.${field}`, status[field])),
  warnings: ({ spec }) => podSpecWarnings('spec.template.spec', spec?.template?.spec ?? {}),
});
