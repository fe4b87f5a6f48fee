/** How long a key waits after a failure: 5 ms doubling to 5 min, spread over its upper half. Source: client-go workqueue. */
import type { Random } from '../timing/random.ts';

const BASE_MS = 5;
const MAX_MS = 300_000;

/** `attempt`: failures in a row, this one included (from 1). */
export function failureDelayMs(attempt: number, random: Random): number {
  const ceiling = Math.min(BASE_MS * 2 ** Math.min(attempt, 30), MAX_MS);
  return Math.ceil(ceiling * (0.5 + random.next() / 2));
}
