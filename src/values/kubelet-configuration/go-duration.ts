/** Durations as Go's time.ParseDuration reads them and Duration.String writes them. Pure. */

const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};
const DURATION = /^[-+]?(?:0|(?:\d{1,15}(?:\.\d{0,15})?(?:h|ms|m|s|us|µs|ns))+)$/;

/** Milliseconds; undefined: no duration. */
export function parseGoDuration(text: string): number | undefined {
  if (text.length > 100 || !DURATION.test(text)) {
    return undefined;
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?)(h|ms|m|s|us|µs|ns)/g)];
  const ms = parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
  return text.startsWith('-') ? -ms : ms;
}

/** `10s`, `5m0s`, `4h0m0s`, `500ms`. */
export function formatGoDuration(ms: number): string {
  if (ms > 0 && ms < 1_000) {
    return `${ms}ms`;
  }
  const seconds = Math.round(ms) / 1_000;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = `${Math.round((seconds - minutes * 60) * 1_000) / 1_000}s`;
  return hours > 0 ? `${hours}h${minutes % 60}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
