/** How long to wait before the next try: doubling, with jitter, so that a restarted server is not met by all at once. */
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';

const FIRST_MS = 500;
const MAX_MS = 15_000;

export class Backoff {
  readonly #random: Random;
  #failures = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Call when the server has delivered: the next failure is a first one again. */
  reset(): void {
    this.#failures = 0;
  }

  /** Between half and the whole of 0.5 s, 1 s, 2 s … 15 s; never less than `atLeastMs`. */
  next(atLeastMs = 0): number {
    const whole = Math.min(FIRST_MS * 2 ** this.#failures, MAX_MS);
    this.#failures += 1;
    return Math.max(whole * (0.5 + this.#random.next() / 2), atLeastMs);
  }
}

/** Resolves as `work` does; rejects after `ms`, or with the signal's reason when it aborts first. */
export async function within<T>(work: Promise<T>, ms: number, clock: Clock, signal: AbortSignal): Promise<T> {
  const waiting = new AbortController();
  const abort = (): void => waiting.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) {
    abort();
  }
  try {
    const late = clock.sleep(ms, waiting.signal).then(() => {
      throw new Error(`the server was silent for ${ms} ms`);
    });
    // Aborted or not, the work is in a race: its own rejection must not be one that nobody handles.
    const result = await Promise.race([work, late]);
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', abort);
    waiting.abort();
  }
}
