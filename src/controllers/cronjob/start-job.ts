/** Makes the job of a start, as the policy of concurrency allows, and deletes jobs. Source: cronjob_controllerv2.go. */
import { StatusError, toError } from '../../errors.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { ObjectMeta } from '../../values/object.ts';
import { formatTime, parseTime } from '../../values/rfc3339.ts';
import type { CronJob, CronJobStatus } from '../kinds/cron-job.ts';
import { JOBS, type Job } from '../kinds/job.ts';
import { isNamespaceEnding } from '../namespace-ending.ts';
import { controllerOf } from '../owner-references.ts';
import { removeObject } from '../remove-object.ts';
import { withActive } from './active-jobs.ts';
import { jobName, newJob } from './new-job.ts';
import type { CronSync } from './sync-cron-job.ts';

export interface Start {
  readonly status: CronJobStatus;
  readonly error?: Error;
}

export async function startJob(sync: CronSync, cronJob: CronJob, time: number, run: ReconcileContext): Promise<Start> {
  const { spec, status = {} } = cronJob;
  const { active = [] } = status;
  const name = jobName(cronJob, time);
  if (parseTime(status.lastScheduleTime) === time || active.some((job) => job.name === name)) {
    return { status };
  }
  if (spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    sync.emit(cronJob, 'Normal', 'JobAlreadyActive', message);
    return { status };
  }
  if (spec.concurrencyPolicy !== 'Replace') {
    return createJob(sync, cronJob, time, status, run);
  }
  const left = [...active];
  for (const job of active) {
    const error = await deleteJob(sync, cronJob, job, run);
    if (error !== undefined) {
      return { status: withActive(status, left), error };
    }
    left.shift();
  }
  return createJob(sync, cronJob, time, withActive(status, left), run);
}

/** One that is there already was made before a crash, and is noted now; or it is somebody else's. */
async function createJob(
  { context, emit }: CronSync,
  cronJob: CronJob,
  time: number,
  status: CronJobStatus,
  { lease }: ReconcileContext,
): Promise<Start> {
  const { registry } = context;
  const { namespace, uid } = cronJob.metadata;
  const wanted = newJob(cronJob, time);
  let stored: Awaited<ReturnType<typeof registry.find>>;
  try {
    stored = (await registry.create(JOBS, namespace, wanted, { fence: lease })).object;
    emit(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${stored.name}`);
  } catch (thrown) {
    const error = toError(thrown);
    if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) {
      if (!isNamespaceEnding(error)) {
        emit(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
      }
      return { status, error };
    }
    stored = await registry.find(JOBS, namespace, wanted.metadata.name ?? '');
  }
  const job = stored === undefined ? undefined : decodeObject<Job>(stored);
  if (stored === undefined || job === undefined || controllerOf(job)?.uid !== uid) {
    return { status };
  }
  const reference = {
    ...{ apiVersion: 'batch/v1', kind: 'Job', namespace, name: stored.name, uid: stored.uid },
    resourceVersion: String(stored.revision),
  };
  return {
    status: { ...withActive(status, [...(status.active ?? []), reference]), lastScheduleTime: formatTime(time) },
  };
}

/** With its pods. Answers what went wrong. */
export async function deleteJob(
  { context, emit }: CronSync,
  cronJob: CronJob,
  { name = '', uid = '' }: Pick<ObjectMeta, 'name' | 'uid'>,
  { lease }: ReconcileContext,
): Promise<Error | undefined> {
  const { namespace } = cronJob.metadata;
  try {
    await removeObject(context.registry, JOBS, { namespace, name, uid }, lease, { propagationPolicy: 'Background' });
    emit(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    return undefined;
  } catch (thrown) {
    const error = toError(thrown);
    emit(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${error.message}`);
    return error;
  }
}
