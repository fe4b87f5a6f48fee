/**
 * The grammar of a cron schedule. Its times are the cron job controller's to compute.
 * Source: github.com/robfig/cron/v3 ParseStandard, whose words these are.
 */
export interface CronField {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Minute, hour, day of month, month, day of week. */
export const CRON_FIELDS: readonly CronField[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const DURATION = /^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$/;

/** A number or a name; undefined for neither. */
export function cronNumber(text: string, { min, names }: CronField): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) {
    return named + min;
  }
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function rangeProblem(text: string, field: CronField): string | undefined {
  const [range = '', step, tooMany] = text.split('/');
  if (tooMany !== undefined) {
    return `too many slashes: ${text}`;
  }
  if (step !== undefined && !/^\d+$/.test(step)) {
    return `failed to parse int from ${step}: strconv.Atoi: parsing "${step}": invalid syntax`;
  }
  if (step !== undefined && Number(step) === 0) {
    return `step of range should be a positive number: ${text}`;
  }
  if (range === '*' || range === '?') {
    return undefined;
  }
  const [from = '', to = from, more] = range.split('-');
  if (more !== undefined) {
    return `too many hyphens: ${text}`;
  }
  const [start, end] = [cronNumber(from, field), cronNumber(to, field)];
  const bad = start === undefined ? from : to;
  if (start === undefined || end === undefined) {
    return `failed to parse int from ${bad}: strconv.Atoi: parsing "${bad}": invalid syntax`;
  }
  if (start < field.min) {
    return `beginning of range (${start}) below minimum (${field.min}): ${text}`;
  }
  if (end > field.max) {
    return `end of range (${end}) above maximum (${field.max}): ${text}`;
  }
  return start > end ? `beginning of range (${start}) beyond end of range (${end}): ${text}` : undefined;
}

/** Of IANA's data, as this Node knows them. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

/** What is wrong with it; undefined: nothing. A zone may stand before it, `CRON_TZ=Asia/Tokyo `. */
export function scheduleProblem(schedule: string): string | undefined {
  const [, zone, rest] = /^(?:CRON_)?TZ=(\S*)(.*)$/s.exec(schedule) ?? [];
  if (zone !== undefined && zone !== '' && !isTimeZone(zone)) {
    return `provided bad location ${zone}: unknown time zone ${zone}`;
  }
  return timesProblem(rest === undefined ? schedule : rest.trim());
}

function timesProblem(schedule: string): string | undefined {
  if (schedule.startsWith('@every ')) {
    const duration = schedule.slice('@every '.length);
    return DURATION.test(duration)
      ? undefined
      : `failed to parse duration ${schedule}: time: invalid duration "${duration}"`;
  }
  if (schedule.startsWith('@')) {
    return DESCRIPTORS.includes(schedule) ? undefined : `unrecognized descriptor: ${schedule}`;
  }
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== CRON_FIELDS.length) {
    return `expected exactly ${CRON_FIELDS.length} fields, found ${parts.length}: [${parts.join(' ')}]`;
  }
  const problems = parts.flatMap((part, index) => {
    const field = CRON_FIELDS[index];
    return field === undefined ? [] : part.split(',').map((range) => rangeProblem(range, field));
  });
  return problems.find((problem) => problem !== undefined);
}
