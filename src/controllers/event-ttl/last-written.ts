/** When an event was last written, by its own account. Pure. */
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';

export interface Event extends KubeObject {
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { lastObservedTime?: string | null };
}

export function lastWritten({ metadata, lastTimestamp, eventTime, series }: Event): number {
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime];
  return Math.max(...times.map((time) => parseTime(time) ?? 0));
}
