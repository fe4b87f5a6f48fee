/**
 * How long a method of a runtime is waited for. Once it has hung, callers are refused at once, and one of them every
 * now and then is let through for a moment: a runtime that hangs costs the other runtimes of a shard its time limit
 * once, not with every pass. It is trusted again as soon as any of its calls answers, however late.
 */
import type { Clock } from '../timing/clock.ts';

const RETRY_MS = 10_000;
const TRIAL_MS = 1_000;

interface Hung {
  readonly message: string;
  /** Monotonic. */
  triedAt: number;
}

export class Patience {
  readonly #clock: Clock;
  readonly #hung = new Map<string, Hung>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What to tell a caller that is refused, or for how long it may wait: at most `ms`. */
  ask(method: string, ms: number): { readonly refused: string } | { readonly ms: number } {
    const hung = this.#hung.get(method);
    if (hung === undefined) {
      return { ms };
    }
    const now = this.#clock.monotonic();
    if (now - hung.triedAt < RETRY_MS) {
      return { refused: hung.message };
    }
    hung.triedAt = now;
    return { ms: Math.min(ms, TRIAL_MS) };
  }

  /** The first message stays: those of trials name another time. */
  lose(method: string, message: string): void {
    const known = this.#hung.get(method)?.message;
    this.#hung.set(method, { message: known ?? message, triedAt: this.#clock.monotonic() });
  }

  regain(method: string): void {
    this.#hung.delete(method);
  }
}
