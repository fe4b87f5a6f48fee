/**
 * Since when something is so, proof against a wall clock that is set: what is told on the wall clock counts at the first
 * sight, and the monotonic clock from then on. In memory: after a restart the wall clock is believed once more.
 */
import type { Clock } from '../timing/clock.ts';

/** One look at both clocks. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}
export const momentOf = (clock: Pick<Clock, 'now' | 'monotonic'>): Moment => ({
  wall: clock.now(),
  monotonic: clock.monotonic(),
});

export class SinceTimes {
  /** By group and key: the moment it began, on the monotonic clock. */
  readonly #begun = new Map<string, ReadonlyMap<string, number>>();

  /**
   * `begun`: all that is so now in the group, and when it began on the wall clock; the rest is forgotten. Answers since
   * when, on the wall clock as it is now.
   */
  look(group: string, begun: ReadonlyMap<string, number>, { wall, monotonic }: Moment): (key: string) => number {
    const before = this.#begun.get(group);
    const now = new Map([...begun].map(([key, at]) => [key, before?.get(key) ?? monotonic - (wall - at)]));
    if (now.size > 0) {
      this.#begun.set(group, now);
    } else {
      this.#begun.delete(group);
    }
    return (key) => wall - (monotonic - (now.get(key) ?? monotonic));
  }

  /** Forgets the other groups. */
  keepOnly(groups: ReadonlySet<string>): void {
    for (const group of [...this.#begun.keys()].filter((known) => !groups.has(known))) {
      this.#begun.delete(group);
    }
  }
}
