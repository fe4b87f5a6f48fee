/** What the expansion of one command's words may take: it rests now and then, and ends where it comes to too much. */
import { setImmediate } from 'node:timers/promises';

/** Of the words of a command, as Linux has it of a program's arguments. Source: execve(2), ARG_MAX. */
export const MAX_ARGUMENT_BYTES = 2 * 1024 * 1024;
const MAX_STEPS = 20_000_000;
/** Some milliseconds. */
const STEPS_A_TURN = 200_000;
/** Of a turn alone: a path can lead over forty links, each with a long path of its own. */
const STEPS_A_WALK = 4_000;

export class Effort {
  readonly #signal: AbortSignal;
  readonly #rest: () => Promise<void>;
  #steps = 0;
  #turn = 0;

  constructor(signal: AbortSignal, rest: () => Promise<void> = setImmediate) {
    this.#signal = signal;
    this.#rest = rest;
  }

  get steps(): number {
    return this.#steps;
  }

  /** No more patterns are looked for. */
  get isTooMuch(): boolean {
    return this.#steps > MAX_STEPS;
  }

  get isLong(): boolean {
    return this.#turn > STEPS_A_TURN;
  }

  take(steps: number): void {
    this.#steps += steps;
    this.#turn += steps;
  }

  /** For one look at the files by this path. */
  takeWalk(path: string): void {
    this.take(path.length);
    this.#turn += STEPS_A_WALK;
  }

  /** Where `isLong`. Rejects when the signal aborts. */
  async rest(): Promise<void> {
    this.#turn = 0;
    await this.#rest();
    this.#signal.throwIfAborted();
  }
}
