/** batch/v1 CronJob. Source: pkg/apis/batch/{v1/defaults,validation}, ValidateCronJob, 1.34. No controller acts on it yet. */
import type { StatusCause } from '../../errors.ts';
import { formatLabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, ageCell, column, NAME_COLUMN, NONE, wideColumn } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkNonNegative, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { containerImages, containerNames } from '../pod/container-cells.ts';
import { scheduleProblem } from './cron-schedule.ts';
import { checkJobSpec, defaultJobSpec, type JobSpec } from './job-spec.ts';

interface CronJobSpec {
  schedule?: string;
  timeZone?: string;
  startingDeadlineSeconds?: number;
  concurrencyPolicy?: string;
  suspend?: boolean;
  jobTemplate?: { spec?: JobSpec };
  successfulJobsHistoryLimit?: number;
  failedJobsHistoryLimit?: number;
}
interface CronJob extends KubeObject {
  spec?: CronJobSpec;
  status?: { active?: object[]; lastScheduleTime?: string };
}

const POLICIES = ['Allow', 'Forbid', 'Replace'];
/** The job's name gets a suffix of eleven characters. */
const MAX_NAME = 52;

const templateOf = ({ spec }: CronJob) => spec?.jobTemplate?.spec?.template;

const COLUMNS: readonly Column<CronJob>[] = [
  NAME_COLUMN,
  column('Schedule', 'The schedule in Cron format.', ({ spec }) => spec?.schedule ?? ''),
  column('Timezone', 'The time zone name for the given schedule.', ({ spec }) => spec?.timeZone ?? NONE),
  column('Suspend', 'Whether subsequent executions are suspended.', ({ spec }) =>
    spec?.suspend === true ? 'True' : 'False',
  ),
  column('Active', 'A list of currently running jobs.', ({ status }) => status?.active?.length ?? 0, {
    type: 'integer',
  }),
  column('Last Schedule', 'When the job was last successfully scheduled.', ({ status }, context) =>
    status?.lastScheduleTime === undefined ? NONE : ageCell(status.lastScheduleTime, context),
  ),
  AGE_COLUMN,
  wideColumn('Containers', 'Names of each container in the template.', (object) => containerNames(templateOf(object))),
  wideColumn('Images', 'Images referenced by each container in the template.', (object) =>
    containerImages(templateOf(object)),
  ),
  wideColumn(
    'Selector',
    'A label query over the pods of the jobs.',
    ({ spec }) => formatLabelSelector(spec?.jobTemplate?.spec?.selector ?? {}) || NONE,
  ),
];

function applyDefaults(cronJob: CronJob): void {
  cronJob.spec ??= {};
  const { spec } = cronJob;
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  spec.jobTemplate ??= {};
  spec.jobTemplate.spec ??= {};
  defaultJobSpec(spec.jobTemplate.spec);
  // These two are a job's own, not its template's.
  delete spec.jobTemplate.spec.podReplacementPolicy;
  delete spec.jobTemplate.spec.completionMode;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function checkTimeZone(zone: string | undefined): StatusCause[] {
  if (zone === undefined) {
    return [];
  }
  const path = 'spec.timeZone';
  if (zone === '') {
    return [invalidField(path, zone, 'timeZone must be nil or non-empty string')];
  }
  if (zone.toLowerCase() === 'local') {
    return [
      invalidField(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
    ];
  }
  return isTimeZone(zone) ? [] : [invalidField(path, zone, `unknown time zone ${zone}`)];
}

function checkSchedule({ schedule = '', timeZone }: CronJobSpec): StatusCause[] {
  const path = 'spec.schedule';
  if (schedule === '') {
    return [requiredField(path)];
  }
  const problem = scheduleProblem(schedule.replace(/^(CRON_)?TZ=\S+\s+/, ''));
  const both = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
  return [
    ...(problem === undefined ? [] : [invalidField(path, schedule, problem)]),
    ...(/TZ/.test(schedule) && timeZone !== undefined ? [invalidField(path, schedule, both)] : []),
  ];
}

function validate({ metadata, spec = {} }: CronJob): StatusCause[] {
  const { concurrencyPolicy = '', jobTemplate = {} } = spec;
  const counts = ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const;
  const name = metadata.name ?? '';
  const template = jobTemplate.spec ?? {};
  const whole = { podReplacementPolicy: 'TerminatingOrFailed', completionMode: 'NonIndexed', ...template };
  return [
    ...checkSchedule(spec),
    ...checkTimeZone(spec.timeZone),
    ...counts.flatMap((field) => checkNonNegative(`spec.${field}`, spec[field])),
    ...(POLICIES.includes(concurrencyPolicy)
      ? []
      : [unsupportedField('spec.concurrencyPolicy', concurrencyPolicy, POLICIES)]),
    ...checkJobSpec('spec.jobTemplate.spec', whole, true),
    ...(name.length > MAX_NAME
      ? [invalidField('metadata.name', name, `must be no more than ${MAX_NAME} characters`)]
      : []),
  ];
}

export const cronJob = defineResource<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.batch.v1.CronJob',
  columns: COLUMNS,
  subresources: { status: true },
  applyDefaults,
  prepareForCreate: (object) => {
    object.status = {};
  },
  validate,
});
