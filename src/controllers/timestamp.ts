/** meta/v1 Time: RFC 3339 in whole seconds, UTC. */
export const toTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Milliseconds since the epoch; undefined for what is absent or no time. */
export function fromTime(text: string | null | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
