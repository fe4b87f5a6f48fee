/** batch/v1 CronJob. Source: pkg/apis/batch/{v1/defaults,validation}, ValidateCronJob, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { formatLabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, ageCell, column, docOf, NAME_COLUMN, NONE, wideColumn } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkNonNegative, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { containerImages, containerNames } from '../pod/container-cells.ts';
import { nameWarnings } from '../pod/warnings.ts';
import { isTimeZone, scheduleProblem } from './cron-schedule.ts';
import { SELECTOR_DOC } from './job-columns.ts';
import { defaultJobTemplate, type JobSpec } from './job-spec.ts';
import { jobWarnings } from './job-warnings.ts';
import { checkJobTemplate } from './validate-job-spec.ts';

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
  column('Schedule', docOf('spec.schedule'), ({ spec }) => spec?.schedule ?? ''),
  column('Timezone', docOf('spec.timeZone'), ({ spec }) => spec?.timeZone ?? NONE),
  column('Suspend', docOf('spec.suspend'), ({ spec }) => (spec?.suspend === true ? 'True' : 'False')),
  column('Active', docOf('status.active'), ({ status }) => status?.active?.length ?? 0, {
    type: 'integer',
  }),
  column('Last Schedule', docOf('status.lastScheduleTime'), ({ status }, context) =>
    status?.lastScheduleTime === undefined ? NONE : ageCell(status.lastScheduleTime, context),
  ),
  AGE_COLUMN,
  wideColumn('Containers', 'Names of each container in the template.', (object) => containerNames(templateOf(object))),
  wideColumn('Images', 'Images referenced by each container in the template.', (object) =>
    containerImages(templateOf(object)),
  ),
  wideColumn(
    'Selector',
    SELECTOR_DOC,
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
  defaultJobTemplate(spec.jobTemplate.spec);
}

/** IANA's rules for names, with the digits and `+` of old ones. Source: https://data.iana.org/time-zones/theory.html */
const isZonePart = (part: string): boolean =>
  /^[A-Za-z._0-9+][A-Za-z._0-9+-]{0,13}$/.test(part) && !/^\.\.?$/.test(part);

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
  const isKnown = zone.split('/').every(isZonePart) && isTimeZone(zone);
  return isKnown ? [] : [invalidField(path, zone, `unknown time zone ${zone}`)];
}

const namesZone = ({ schedule = '' }: CronJobSpec = {}): boolean => schedule.includes('TZ');

/** A zone within the schedule was never meant to work: only cron jobs that have one may keep it. */
function checkSchedule(spec: CronJobSpec, old: CronJobSpec | undefined): StatusCause[] {
  const { schedule = '', timeZone } = spec;
  const path = 'spec.schedule';
  if (schedule === '') {
    return [requiredField(path)];
  }
  const problem = scheduleProblem(schedule);
  const both = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
  const never = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  const zoneProblem = !namesZone(old) ? never : timeZone === undefined ? undefined : both;
  return [
    ...(problem === undefined ? [] : [invalidField(path, schedule, problem)]),
    ...(namesZone(spec) && zoneProblem !== undefined ? [invalidField(path, schedule, zoneProblem)] : []),
  ];
}

function validate({ metadata: { name = '' }, spec = {} }: CronJob, old?: CronJob): StatusCause[] {
  const { concurrencyPolicy = '', jobTemplate = {}, timeZone } = spec;
  const counts = ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const;
  return [
    ...checkSchedule(spec, old?.spec),
    ...(old !== undefined && old.spec?.timeZone === timeZone ? [] : checkTimeZone(timeZone)),
    ...counts.flatMap((field) => checkNonNegative(`spec.${field}`, spec[field])),
    ...(POLICIES.includes(concurrencyPolicy)
      ? []
      : [unsupportedField('spec.concurrencyPolicy', concurrencyPolicy, POLICIES)]),
    ...checkJobTemplate('spec.jobTemplate.spec', jobTemplate.spec ?? {}, old?.spec?.jobTemplate?.spec),
    ...(old === undefined && name.length > MAX_NAME
      ? [invalidField('metadata.name', name, `must be no more than ${MAX_NAME} characters`)]
      : []),
  ];
}

const ZONE_WARNING =
  'cannot use CRON_TZ or TZ in spec.schedule, use spec.timeZone instead, see ' +
  'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones for more details';

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
  warnings: ({ metadata, spec = {} }, old) => [
    ...(old === undefined ? nameWarnings(metadata.name ?? '', 'Pod names and hostnames') : []),
    ...jobWarnings('spec.jobTemplate.spec', spec.jobTemplate?.spec ?? {}),
    ...(namesZone(spec) ? [ZONE_WARNING] : []),
  ],
});
