/**
 * How often what is about many objects is looked at: a daemon set's look goes through all nodes, a service's through all
 * its pods, and while 10,000 pods become ready there is news every few milliseconds. In memory: a process that begins
 * anew looks at once.
 */
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';

/** Objects for which a look takes about a tenth of the time until the next. */
const OBJECTS_PER_MS = 20;
const MAX_LOOKERS = 10_000;

export class LookPace {
  readonly #clock: Clock;
  readonly #nextAt = new BoundedMap<string, number>(MAX_LOOKERS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the next look; 0: now. */
  remaining(uid: string): number {
    return Math.max(0, (this.#nextAt.get(uid) ?? 0) - this.#clock.monotonic());
  }

  /** `more`: there is work left that need not wait. */
  looked(uid: string, objects: number, more: boolean): void {
    const waitMs = more ? 0 : Math.floor(objects / OBJECTS_PER_MS);
    this.#nextAt.set(uid, this.#clock.monotonic() + waitMs);
  }
}
