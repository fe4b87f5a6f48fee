/**
 * Tasks that are waited for a moment: one that takes longer goes on by itself, under its key, and tells when it is over.
 * One timer watches all of them, so that thousands that end at once cost none of their own.
 */
import type { Clock } from './clock.ts';

export type Ended<T> = { readonly value: T } | { readonly error: unknown };

interface Waited {
  /** It was there at the last tick. */
  isOld: boolean;
  readonly leave: () => void;
}

export class Latecomers {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #waited = new Set<Waited>();
  readonly #late = new Set<string>();
  #isTicking = false;

  /** A task is late after one tick at the least and two at the most. */
  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  /** One that was left to itself is not over yet. */
  has(key: string): boolean {
    return this.#late.has(key);
  }

  /** What came of it; it throws as the task does. undefined: it goes on, and `then` is told how it ended. */
  async wait<T>(
    key: string,
    task: () => Promise<T>,
    then: (ended: Ended<T>) => void,
  ): Promise<{ readonly value: T } | undefined> {
    let leave = (): void => undefined;
    const left = new Promise<undefined>((resolve) => {
      leave = () => resolve(undefined);
    });
    const waited = { isOld: false, leave };
    this.#watch(waited);
    try {
      const running = task().then((value) => ({ value }));
      const first = await Promise.race([running, left]);
      if (first === undefined) {
        this.#leave(key, running, then);
      }
      return first;
    } finally {
      this.#waited.delete(waited);
    }
  }

  #leave<T>(key: string, running: Promise<{ readonly value: T }>, then: (ended: Ended<T>) => void): void {
    this.#late.add(key);
    const end = (ended: Ended<T>): void => {
      this.#late.delete(key);
      then(ended);
    };
    running.then(end, (error: unknown) => end({ error }));
  }

  #watch(waited: Waited): void {
    this.#waited.add(waited);
    if (!this.#isTicking) {
      this.#isTicking = true;
      void this.#tick();
    }
  }

  async #tick(): Promise<void> {
    while (this.#waited.size > 0) {
      await this.#clock.sleep(this.#tickMs);
      for (const one of this.#waited) {
        if (one.isOld) {
          one.leave();
        }
        one.isOld = true;
      }
    }
    this.#isTicking = false;
  }
}
