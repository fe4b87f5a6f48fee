/** What a client is willing to take: each frame with objects or counters costs one. */
import { Bell } from '../../timing/bell.ts';

export class Credits {
  #left: number;
  readonly #added = new Bell();

  /** Left out: without limit. */
  constructor(left = Number.POSITIVE_INFINITY) {
    this.#left = left;
  }

  get isLimited(): boolean {
    return this.#left !== Number.POSITIVE_INFINITY;
  }

  add(credits: number): void {
    this.#left += credits;
    this.#added.ring();
  }

  /** Resolves when there is one to spend; rejects when the signal aborts. One may wait at a time. */
  async available(signal: AbortSignal): Promise<void> {
    while (this.#left < 1) {
      await this.#added.wait(signal);
    }
  }

  spend(): void {
    this.#left -= 1;
  }
}
