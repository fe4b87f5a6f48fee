/** One look at a cron job: its ended jobs noted and forgotten, the start that is due made. */
import { StatusError, toError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type StoredObject } from '../../registry/registry.ts';
import { isTimeZone } from '../../resources/batch/cron-schedule.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { CRON_JOBS, type CronJob, type CronJobStatus } from '../kinds/cron-job.ts';
import { JOBS, type Job } from '../kinds/job.ts';
import { expiredJobs, noteJobs } from './active-jobs.ts';
import { dueTime, untilNext } from './due-time.ts';
import { type NextTime, parseSchedule } from './schedule.ts';
import { deleteJob, type Start, startJob } from './start-job.ts';

/** A clock that is set must not make a start late by more. */
const LONGEST_MS = 600_000;

export interface CronSync {
  readonly context: ControllerContext;
  readonly emit: Emit;
}

export async function syncCronJob(
  sync: CronSync,
  stored: StoredObject,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { context, emit } = sync;
  const cronJob = decodeObject<CronJob>(stored);
  const { namespace, uid } = cronJob.metadata;
  const { items } = await context.registry.list(JOBS, { namespace, controllerUid: uid });
  const jobs = items.map((one) => decodeObject<Job>(one));
  for (const job of expiredJobs(cronJob, jobs)) {
    await deleteJob(sync, cronJob, job.metadata, run);
  }
  const status = noteJobs(cronJob, jobs, (type, reason, message) => emit(cronJob, type, reason, message));
  const seen: CronJob = { ...cronJob, status };
  const next = timesOf(seen, emit);
  const start = next === undefined ? { status } : await startDue(sync, seen, next, run);
  await writeStatus(context, stored, cronJob, start.status, run);
  if (start.error !== undefined) {
    throw start.error;
  }
  const after = { ...cronJob, status: start.status };
  const waitMs = next === undefined ? undefined : untilNext(after, context.clock.now(), next);
  return waitMs === undefined ? {} : { requeueAfterMs: Math.min(waitMs, LONGEST_MS) };
}

/** undefined: nothing is to be started; a change of the spec makes it due again. */
function timesOf(cronJob: CronJob, emit: Emit): NextTime | undefined {
  const { metadata, spec } = cronJob;
  const { schedule, timeZone } = spec;
  if (metadata.deletionTimestamp !== undefined) {
    return undefined;
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const why = `unknown time zone ${timeZone}`;
    emit(cronJob, 'Warning', 'UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: ${why}`);
    return undefined;
  }
  if (spec.suspend === true) {
    return undefined;
  }
  let next: NextTime;
  try {
    next = parseSchedule(schedule, timeZone ?? 'UTC');
  } catch (error) {
    const message = `unparseable schedule: ${JSON.stringify(schedule)} : ${toError(error).message}`;
    emit(cronJob, 'Warning', 'UnparseableSchedule', message);
    return undefined;
  }
  try {
    dueTime(cronJob, 0, next);
    return next;
  } catch (error) {
    emit(cronJob, 'Warning', 'InvalidSchedule', `invalid schedule: ${schedule} : ${toError(error).message}`);
    return undefined;
  }
}

async function startDue(sync: CronSync, cronJob: CronJob, next: NextTime, run: ReconcileContext): Promise<Start> {
  const { context, emit } = sync;
  const { spec, status = {} } = cronJob;
  const now = context.clock.now();
  const { time, hasMissedMany } = dueTime(cronJob, now, next);
  if (time === undefined) {
    return { status };
  }
  if (hasMissedMany) {
    const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    emit(cronJob, 'Warning', 'TooManyMissedTimes', message);
  }
  const { startingDeadlineSeconds: limit } = spec;
  if (limit !== undefined && time + limit * 1_000 < now) {
    const when = new Date(time).toUTCString().replace('GMT', '+0000');
    emit(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${when}`);
    return { status };
  }
  return startJob(sync, cronJob, time, run);
}

async function writeStatus(
  { registry }: ControllerContext,
  stored: StoredObject,
  cronJob: CronJob,
  status: CronJobStatus,
  { lease }: ReconcileContext,
): Promise<void> {
  if (same(cronJob.status ?? {}, status)) {
    return;
  }
  const after = { ...cronJob, status };
  const [written] = await registry.updateStatuses(CRON_JOBS, [{ before: stored, after }], { fence: lease });
  const isGone = written instanceof StatusError && written.reason === 'NotFound';
  if (written instanceof Error && !isGone) {
    throw written;
  }
}
