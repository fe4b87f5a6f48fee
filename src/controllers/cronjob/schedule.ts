/**
 * The times of a cron schedule. Pure. As github.com/robfig/cron/v3 finds them, which Kubernetes uses: hours that a zone
 * skips are skipped, those that it repeats are repeated. (cron-parser refuses `1-5,3` and 31 February, which Kubernetes
 * takes, and moves skipped hours.)
 */
import { CRON_FIELDS, type CronField, cronNumber, scheduleProblem } from '../../resources/batch/cron-schedule.ts';
import { startOfDay, wallTime } from './zoned-time.ts';

/** The first time after `ms`, in whole seconds; undefined: none within five years. */
export type NextTime = (ms: number) => number | undefined;

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 0, µs: 0, ns: 0 };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS_AHEAD = 5 * 366;

/** Throws for what is no schedule, with the parser's words. */
export function parseSchedule(schedule: string, timeZone: string): NextTime {
  const problem = scheduleProblem(schedule);
  if (problem !== undefined) {
    throw new Error(problem);
  }
  if (schedule.startsWith('@every ')) {
    return every(schedule.slice('@every '.length));
  }
  const [, zone = timeZone, rest] = /^(?:CRON_)?TZ=(\S+)(.*)$/s.exec(schedule) ?? [];
  return fromFields((rest ?? DESCRIPTORS[schedule] ?? schedule).trim(), zone);
}

/** Whole seconds, one at least. */
function every(duration: string): NextTime {
  const parts = [...duration.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
  const delay = Math.max(1_000, Math.floor(total / 1_000) * 1_000);
  return (ms) => Math.floor(ms / 1_000) * 1_000 + delay;
}

interface Values {
  readonly values: ReadonlySet<number>;
  /** It does not care: of the two kinds of days then both must fit, else either. */
  readonly isStar: boolean;
}

function valuesOf(text: string, field: CronField): Values {
  const values = new Set<number>();
  let isStar = false;
  for (const part of text.split(',')) {
    const [range = '', stepText] = part.split('/');
    const step = Number(stepText ?? 1);
    const isAny = range === '*' || range === '?';
    const [from = '', to] = range.split('-');
    const first = isAny ? field.min : (cronNumber(from, field) ?? field.min);
    const last = isAny || (to === undefined && stepText !== undefined) ? field.max : cronNumber(to ?? from, field);
    isStar ||= isAny && step === 1;
    for (let value = first; value <= (last ?? first); value += step) {
      values.add(value);
    }
  }
  return { values, isStar };
}

function fromFields(text: string, zone: string): NextTime {
  const parts = text.split(/\s+/);
  const fields = CRON_FIELDS.map((field, at) => valuesOf(parts[at] ?? '*', field));
  const [minutes, hours, days, months, weekdays] = fields as [Values, Values, Values, Values, Values];
  const isDay = (dayMs: number): boolean => {
    const date = new Date(dayMs);
    const [isOfMonth, isOfWeek] = [days.values.has(date.getUTCDate()), weekdays.values.has(date.getUTCDay())];
    const fits = days.isStar || weekdays.isStar ? isOfMonth && isOfWeek : isOfMonth || isOfWeek;
    return months.values.has(date.getUTCMonth() + 1) && fits;
  };
  return (ms) => {
    let at = (Math.floor(ms / MINUTE_MS) + 1) * MINUTE_MS;
    for (let looked = 0; looked <= DAYS_AHEAD; ) {
      const { year, month, day, hour, minute } = wallTime(at, zone);
      let date = Date.UTC(year, month - 1, day);
      if (!isDay(date)) {
        do {
          date += DAY_MS;
          looked += 1;
        } while (!isDay(date) && looked <= DAYS_AHEAD);
        const next = new Date(date);
        at = startOfDay(next.getUTCFullYear(), next.getUTCMonth() + 1, next.getUTCDate(), zone);
      } else if (!hours.values.has(hour)) {
        at += (60 - minute) * MINUTE_MS;
      } else if (minutes.values.has(minute)) {
        return at;
      } else {
        at += MINUTE_MS;
      }
    }
    return undefined;
  };
}
