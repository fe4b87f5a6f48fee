/** meta/v1 Time and MicroTime: RFC 3339 in UTC. */
const PATTERN = /^\d{4}-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

let lastSecond = Number.NaN;
let lastText = '';

/** Whole seconds. Remembers the last one: thousands of objects a second ask for the same. */
export function formatTime(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (second !== lastSecond) {
    lastText = `${new Date(ms).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** Six digits; the last three are 0, as the clock counts milliseconds. */
export const formatMicroTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Milliseconds since the epoch; undefined for what is absent or no time. Date.parse alone takes far more than this. */
export function parseTime(text: string | null | undefined): number | undefined {
  const match = PATTERN.exec(text ?? '');
  if (match === null || Number(match[2]) > daysIn(Number(match[0].slice(0, 4)), Number(match[1]))) {
    return undefined;
  }
  const ms = Date.parse(match[0]);
  return Number.isNaN(ms) ? undefined : ms;
}
