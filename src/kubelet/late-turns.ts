/**
 * Turns of pods and nodes that take longer than their pass waits for them, as when a runtime hangs: they go on by
 * themselves and hold up nobody else of the shard. What they came to is kept for their next pass, which they ask for
 * when they are over: nothing is written without the shard. While a turn is under way its key begins no other.
 * A worker that dies forgets it, and another begins it again, as after any crash.
 */
import type { Fence } from '../registry/registry.ts';
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';
import { type Ended, Latecomers } from '../timing/latecomers.ts';

/** A pass waits for one of these at the least and two at the most. */
const TICK_MS = 1_000;
/** It asks for its pass by itself; this is for when that is lost. */
const LOOK_AGAIN_MS = 10_000;
/** Nobody has asked for it so long: it is no more what is. */
const FRESH_MS = 10_000;
/** Then some begin again. */
const MAX_KEPT = 1_000;

interface Kept<T> {
  readonly ended: Ended<T>;
  readonly tenure: string;
  /** Monotonic. */
  readonly at: number;
}

/** `T`: what is kept of a turn. */
export class LateTurns<T> {
  readonly #clock: Clock;
  readonly #late: Latecomers;
  readonly #kept = new BoundedMap<string, Kept<T>>(MAX_KEPT);
  readonly #wake: (shard: string, key: string) => void;

  constructor(clock: Clock, wake: (shard: string, key: string) => void) {
    this.#clock = clock;
    this.#late = new Latecomers(clock, TICK_MS);
    this.#wake = wake;
  }

  isUnderWay(key: string): boolean {
    return this.#late.has(key);
  }

  /** What is answered of a key whose turn is under way. */
  waiting(note: string | undefined): { readonly requeueAfterMs: number; readonly note?: string } {
    return { requeueAfterMs: LOOK_AGAIN_MS, ...(note === undefined ? {} : { note }) };
  }

  /** undefined: it goes on. `keep`: what of it is of use to the next pass; undefined: nothing. */
  wait<R>(
    key: string,
    fence: Fence,
    task: () => Promise<R>,
    keep: (value: R) => T | undefined = () => undefined,
  ): Promise<{ readonly value: R } | undefined> {
    return this.#late.wait(key, task, (ended) => {
      const kept = 'error' in ended ? undefined : keep(ended.value);
      if (kept !== undefined || 'error' in ended) {
        const last = kept === undefined ? (ended as { error: unknown }) : { value: kept };
        this.#kept.set(key, { ended: last, tenure: tenureOf(fence), at: this.#clock.monotonic() });
      }
      this.#wake(fence.shard, key);
    });
  }

  /** What a turn came to that its pass did not see; throws as it did. Once, and not if others had the shard meanwhile. */
  take(key: string, fence: Fence): T | undefined {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    const isOf = kept?.tenure === tenureOf(fence) && this.#clock.monotonic() - kept.at <= FRESH_MS;
    if (kept === undefined || !isOf) {
      return undefined;
    }
    if ('error' in kept.ended) {
      throw kept.ended.error;
    }
    return kept.ended.value;
  }
}

const tenureOf = ({ shard, holder, epoch }: Fence): string => `${shard}/${holder}/${epoch}`;
