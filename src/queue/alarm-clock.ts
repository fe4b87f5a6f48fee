/** One in-process timer a shard, for its next due row. Only a hint: losing it costs one sweep. */
import type { Clock } from '../timing/clock.ts';

/** Later times are left to the sweep, which looks this far ahead. */
export const ALARM_HORIZON_MS = 60_000;

export class AlarmClock {
  readonly #alarms = new Map<string, AbortController>();
  readonly #clock: Clock;
  readonly #ring: (shard: string) => void;

  constructor(clock: Clock, ring: (shard: string) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Replaces the shard's alarm; undefined: nothing is due there. */
  set(shard: string, afterMs: number | undefined): void {
    this.#alarms.get(shard)?.abort();
    this.#alarms.delete(shard);
    if (afterMs === undefined || afterMs > ALARM_HORIZON_MS) {
      return;
    }
    const alarm = new AbortController();
    this.#alarms.set(shard, alarm);
    this.#clock.sleep(Math.max(0, afterMs), alarm.signal).then(
      () => {
        this.#alarms.delete(shard);
        this.#ring(shard);
      },
      () => undefined,
    );
  }

  has(shard: string): boolean {
    return this.#alarms.has(shard);
  }

  clear(): void {
    for (const alarm of this.#alarms.values()) {
      alarm.abort();
    }
    this.#alarms.clear();
  }
}
