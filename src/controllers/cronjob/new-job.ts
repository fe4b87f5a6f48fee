/** The job of a start. Pure. Source: controller/cronjob/utils.go, getJobFromTemplate2. */
import type { KubeObject } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { CronJob } from '../kinds/cron-job.ts';
import { controllerReference } from '../owner-references.ts';
import { wallTime } from './zoned-time.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Of each start another name, of one start always the same: nobody starts it twice. */
export const jobName = ({ metadata }: CronJob, timeMs: number): string =>
  `${metadata.name}-${Math.floor(timeMs / 60_000)}`;

/** RFC 3339, on the clock of the zone. */
export function zonedTime(ms: number, timeZone: string | undefined): string {
  if (timeZone === undefined) {
    return formatTime(ms);
  }
  const { year, month, day, hour, minute } = wallTime(ms, timeZone);
  const wall = Date.UTC(year, month - 1, day, hour, minute) + (ms % 60_000);
  const offset = Math.round((wall - ms) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return offset === 0 ? formatTime(ms) : formatTime(wall).replace('Z', zone);
}

export function newJob(cronJob: CronJob, timeMs: number): KubeObject {
  const { jobTemplate, timeZone } = cronJob.spec;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  return {
    ...{ apiVersion: 'batch/v1', kind: 'Job' },
    metadata: {
      name: jobName(cronJob, timeMs),
      namespace: cronJob.metadata.namespace,
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, [SCHEDULED_AT]: zonedTime(timeMs, timeZone) },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: jobTemplate.spec,
  };
}
