/** One in-process timer a shard, for its next due row. Only a hint: losing it costs one sweep. */
import type { Clock } from '../timing/clock.ts';
import { NO_LONGER_AWAITED } from '../timing/no-longer-awaited.ts';

/** Later times are left to the sweep, which looks this far ahead. */
export const ALARM_HORIZON_MS = 60_000;

interface Alarm {
  readonly cancel: AbortController;
  /** On the monotonic clock. */
  readonly at: number;
}

export class AlarmClock {
  readonly #alarms = new Map<string, Alarm>();
  readonly #clock: Clock;
  readonly #ring: (shard: string) => void;

  constructor(clock: Clock, ring: (shard: string) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Replaces the shard's alarm; undefined: nothing is due there. */
  set(shard: string, afterMs: number | undefined): void {
    this.#alarms.get(shard)?.cancel.abort(NO_LONGER_AWAITED);
    this.#alarms.delete(shard);
    if (afterMs === undefined || afterMs > ALARM_HORIZON_MS) {
      return;
    }
    const cancel = new AbortController();
    this.#alarms.set(shard, { cancel, at: this.#clock.monotonic() + afterMs });
    this.#clock.sleep(Math.max(0, afterMs), cancel.signal).then(
      () => {
        this.#alarms.delete(shard);
        this.#ring(shard);
      },
      () => undefined,
    );
  }

  /** An alarm of the shard that comes sooner stays. */
  bringForward(shard: string, afterMs: number): void {
    const { at = Number.POSITIVE_INFINITY } = this.#alarms.get(shard) ?? {};
    if (this.#clock.monotonic() + afterMs < at) {
      this.set(shard, afterMs);
    }
  }

  has(shard: string): boolean {
    return this.#alarms.has(shard);
  }

  /** What would ring later rings now. */
  ringAll(): void {
    const shards = [...this.#alarms.keys()];
    this.clear();
    for (const shard of shards) {
      this.#ring(shard);
    }
  }

  clear(): void {
    for (const alarm of this.#alarms.values()) {
      alarm.cancel.abort(NO_LONGER_AWAITED);
    }
    this.#alarms.clear();
  }
}
