/** Which start of a cron job is due, and when to look again. Pure. Source: controller/cronjob/utils.go. */
import { parseTime } from '../../values/rfc3339.ts';
import type { CronJob } from '../kinds/cron-job.ts';
import type { NextTime } from './schedule.ts';

/** Beyond so many missed starts somebody is told. */
const MANY = 100;
/** Past the time, so that a clock that is a little behind does not find it early. Source: nextScheduleDelta. */
const DELTA_MS = 100;

interface Recent {
  readonly earliest: number;
  /** The last time that has come; undefined: none has. */
  readonly time: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
}

/** Throws when the schedule has no times that make sense. */
function mostRecent(cronJob: CronJob, nowMs: number, next: NextTime, withDeadline: boolean): Recent {
  const { metadata, spec, status } = cronJob;
  const since = parseTime(status?.lastScheduleTime) ?? parseTime(metadata.creationTimestamp) ?? nowMs;
  const deadline =
    withDeadline && spec.startingDeadlineSeconds !== undefined ? nowMs - spec.startingDeadlineSeconds * 1_000 : since;
  const earliest = Math.max(since, deadline);
  const first = next(earliest);
  const second = first === undefined ? undefined : next(first);
  if (first === undefined || second === undefined) {
    throw new Error('time difference between two schedules is less than 1 second');
  }
  if (nowMs < first) {
    return { earliest, time: undefined, missed: 'none' };
  }
  if (nowMs < second) {
    return { earliest, time: first, missed: 'none' };
  }
  // Counted by the distance of the first two, as long as the list of all might be.
  const apart = second - first;
  const count = Math.floor((nowMs - first) / apart) + 1;
  let time: number | undefined;
  for (let at = next(first + (count - 2) * apart); at !== undefined && at <= nowMs; at = next(at)) {
    time = at;
  }
  return { earliest, time, missed: count > MANY ? 'many' : 'few' };
}

export interface DueTime {
  /** undefined: no start is due. */
  readonly time: number | undefined;
  readonly hasMissedMany: boolean;
}

export function dueTime(cronJob: CronJob, nowMs: number, next: NextTime): DueTime {
  const { time, missed } = mostRecent(cronJob, nowMs, next, true);
  return { time, hasMissedMany: time !== undefined && missed === 'many' };
}

/** Milliseconds until the next start after the last one that has come; undefined: there is none. */
export function untilNext(cronJob: CronJob, nowMs: number, next: NextTime): number | undefined {
  const { time, missed, earliest } = mostRecent(cronJob, nowMs, next, false);
  const at = next(time ?? (missed === 'none' ? earliest : nowMs));
  return at === undefined ? undefined : Math.max(0, at + DELTA_MS - nowMs);
}
