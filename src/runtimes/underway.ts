/** Long operations, each once at a time under its key: who asks again gets what is under way, and a late failure is kept for them. */
import type { Clock } from '../timing/clock.ts';

export class Underway {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #failed = new Map<string, unknown>();
  readonly #clock: Clock;
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** Of the keys with the prefix: forgets what failed. */
  forget(prefix: string): void {
    for (const key of this.#failed.keys()) {
      if (key.startsWith(prefix)) {
        this.#failed.delete(key);
      }
    }
  }

  /** Waits at most `patienceMs`. True: it is done. False: it goes on, and `then` is called when it is over. Throws as it does. */
  async run(key: string, patienceMs: number, task: () => Promise<unknown>, then: () => void): Promise<boolean> {
    if (this.#failed.has(key)) {
      const error = this.#failed.get(key);
      this.#failed.delete(key);
      throw error;
    }
    const running = this.#running.get(key) ?? this.#start(key, task);
    const over = new AbortController();
    let late = false;
    const patience = this.#clock.sleep(patienceMs, over.signal).then(
      () => {
        late = true;
      },
      () => undefined,
    );
    const settled = running.then(
      () => undefined,
      (error: unknown) => {
        if (late) {
          this.#failed.set(key, error);
        }
      },
    );
    await Promise.race([settled, patience]);
    over.abort();
    if (late && this.#running.has(key)) {
      settled.then(then);
      return false;
    }
    this.#failed.delete(key);
    await running;
    return true;
  }

  #start(key: string, task: () => Promise<unknown>): Promise<unknown> {
    const running = task().finally(() => this.#running.delete(key));
    running.catch(() => undefined);
    this.#running.set(key, running);
    return running;
  }
}
