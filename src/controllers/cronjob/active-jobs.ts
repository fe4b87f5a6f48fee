/** What a cron job's status says of its jobs, and which of them it forgets. Pure. Source: cronjob_controllerv2.go. */
import { parseTime } from '../../values/rfc3339.ts';
import type { Emit } from '../events.ts';
import type { CronJob, CronJobStatus, JobReference } from '../kinds/cron-job.ts';
import type { Job } from '../kinds/job.ts';

/** How a job ended; undefined: it has not. */
export const endOf = ({ status }: Pick<Job, 'status'>): string | undefined =>
  status?.conditions?.find(({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True')?.type;

type Tell = (type: Parameters<Emit>[1], reason: string, message: string) => void;

/** The status as its jobs make it: those that ended or are gone leave the list of the active. */
export function noteJobs({ status = {} }: CronJob, jobs: readonly Job[], tell: Tell): CronJobStatus {
  const byUid = new Map(jobs.map((job) => [job.metadata.uid, job]));
  const known = new Set((status.active ?? []).map(({ uid }) => uid));
  for (const job of jobs) {
    if (!known.has(job.metadata.uid) && endOf(job) === undefined) {
      const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
      tell('Warning', 'UnexpectedJob', message);
    }
  }
  const active = (status.active ?? []).filter(({ uid = '', name }) => {
    const job = byUid.get(uid);
    const end = job === undefined ? undefined : endOf(job);
    if (job === undefined) {
      tell('Normal', 'MissingJob', `Active job went missing: ${name}`);
    } else if (end !== undefined) {
      tell('Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`);
    }
    return job !== undefined && end === undefined;
  });
  return withActive(withSuccess(status, jobs), active);
}

export function withActive({ active: _, ...status }: CronJobStatus, active: readonly JobReference[]): CronJobStatus {
  return { ...(active.length === 0 ? {} : { active: [...active] }), ...status };
}

/** The latest completion of any of them. */
function withSuccess(status: CronJobStatus, jobs: readonly Job[]): CronJobStatus {
  const times = jobs.flatMap((job) => (endOf(job) === 'Complete' ? (job.status?.completionTime ?? []) : []));
  const latest = [...times, status.lastSuccessfulTime]
    .filter((time) => time !== undefined)
    .reduce<string | undefined>(
      (best, time) => ((parseTime(time) ?? 0) > (parseTime(best) ?? 0) ? time : best),
      undefined,
    );
  return latest === undefined ? status : { ...status, lastSuccessfulTime: latest };
}

/** Those over that are more than the limits allow, the oldest first. */
export function expiredJobs({ spec }: CronJob, jobs: readonly Job[]): Job[] {
  const startOf = ({ status }: Job): number => parseTime(status?.startTime) ?? Number.NEGATIVE_INFINITY;
  const beyond = (end: string, limit: number | undefined): Job[] => {
    const over = jobs.filter((job) => endOf(job) === end && job.metadata.deletionTimestamp === undefined);
    const oldest = over.sort((a, b) => startOf(a) - startOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
    return limit === undefined ? [] : oldest.slice(0, Math.max(0, oldest.length - limit));
  };
  return [...beyond('Failed', spec.failedJobsHistoryLimit), ...beyond('Complete', spec.successfulJobsHistoryLimit)];
}
