/** When the nodes of a shard are looked at again: together, a few of them each time. Pure. */
import { hashString } from '../timing/random.ts';

/** Of a period. A look costs the queue and the database about as much for one node as for a hundred. */
const MEETINGS = 30;

/**
 * `afterMs` moved back to one of the moments at which the shard is looked at, by at most a thirtieth of the period.
 * Shards have different moments, so that not all of them begin at once.
 */
export function sharedLookMs(afterMs: number, periodMs: number, shard: string, now: number): number {
  const gridMs = periodMs / MEETINGS;
  if (gridMs < 1) {
    return afterMs;
  }
  const phaseMs = hashString(shard) % gridMs;
  const moment = Math.floor((now + afterMs - phaseMs) / gridMs) * gridMs + phaseMs;
  return Math.max(0, Math.round(moment - now));
}
