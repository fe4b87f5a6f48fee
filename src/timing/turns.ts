/** Gives others a turn after so much work, for loops over things of very different lengths. */
import { setImmediate } from 'node:timers/promises';

/** Characters of JSON: parsed and looked at in a few milliseconds. */
const ENOUGH = 200_000;

export class Turns {
  #characters = 0;

  /** `length`: of what was just worked on. */
  async after(length: number): Promise<void> {
    this.#characters += length;
    if (this.#characters >= ENOUGH) {
      this.#characters = 0;
      await nextRound();
    }
  }
}

/**
 * Twice, since what runs in the loop's poll phase (an answer of the database or of a worker thread has come) would go
 * on in the same round, before others are looked at.
 */
export async function nextRound(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** Pieces of work of some milliseconds that would begin together: each has a round of its own. */
export class Rounds {
  #last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.#last = this.#last.then(nextRound);
    return this.#last;
  }
}
