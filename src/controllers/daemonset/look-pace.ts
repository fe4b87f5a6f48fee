/**
 * How often a daemon set is looked at: a look goes through all nodes, and while 10,000 pods become ready there is news
 * every few milliseconds. In memory: a process that begins anew looks at once.
 */
import { BoundedMap } from '../../timing/bounded-map.ts';
import type { Clock } from '../../timing/clock.ts';

/** Nodes for which a look takes about a tenth of the time until the next. */
const NODES_PER_MS = 20;
const MAX_SETS = 10_000;

export class LookPace {
  readonly #clock: Clock;
  readonly #nextAt = new BoundedMap<string, number>(MAX_SETS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the next look; 0: now. */
  remaining(uid: string): number {
    return Math.max(0, (this.#nextAt.get(uid) ?? 0) - this.#clock.monotonic());
  }

  /** `more`: there is work left that need not wait. */
  looked(uid: string, nodes: number, more: boolean): void {
    const waitMs = more ? 0 : Math.floor(nodes / NODES_PER_MS);
    this.#nextAt.set(uid, this.#clock.monotonic() + waitMs);
  }
}
