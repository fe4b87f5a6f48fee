/** meta/v1 Time and MicroTime: RFC 3339 in UTC. */
export const toTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const toMicroTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

/** Milliseconds since the epoch; undefined for what is absent or no time. */
export function fromTime(text: string | null | undefined): number | undefined {
  const ms = text === undefined || text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
