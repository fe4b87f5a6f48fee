/**
 * Hands the event loop to many readers of the same changes a slice at a time, so that a thousand of them, woken by one
 * commit, do not hold it for as long as a thousand deliveries take. The work of a turn is done before the next slice.
 */
import { setImmediate } from 'node:timers';

/** Delivering 1 MiB, encryption included, takes about a millisecond or two. */
const SLICE_BYTES = 1024 * 1024;
/** What a turn costs beside its bytes: a system call of about 30 µs. */
const TURN_BYTES = 32 * 1024;

type Defer = (run: () => void) => unknown;

export class Turns {
  readonly #defer: Defer;
  readonly #onIdle: () => void;
  #left = SLICE_BYTES;
  #waiting: { readonly cost: number; readonly start: () => void }[] = [];
  #isScheduled = false;

  /** `onIdle`: nobody waits any more. */
  constructor(onIdle: () => void, defer: Defer = setImmediate) {
    this.#defer = defer;
    this.#onIdle = onIdle;
  }

  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when the work may begin: at once while the slice lasts, else after those who came before. */
  async take(bytes: number): Promise<void> {
    const cost = bytes + TURN_BYTES;
    this.#schedule();
    if (this.#left > 0 && !this.isBusy) {
      this.#left -= cost;
      return;
    }
    await new Promise<void>((start) => this.#waiting.push({ cost, start }));
  }

  #schedule(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#defer(() => this.#nextSlice());
    }
  }

  #nextSlice(): void {
    this.#isScheduled = false;
    this.#left = SLICE_BYTES;
    const wasBusy = this.isBusy;
    let started = 0;
    for (const { cost, start } of this.#waiting) {
      if (this.#left <= 0) {
        break;
      }
      this.#left -= cost;
      started += 1;
      start();
    }
    this.#waiting = this.#waiting.slice(started);
    if (wasBusy) {
      this.#schedule();
      if (!this.isBusy) {
        this.#onIdle();
      }
    }
  }
}
