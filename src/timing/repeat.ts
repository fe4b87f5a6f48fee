import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

export interface Repeating {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Looks again and again, so long after each look, a tenth more or less: those of several processes do not come together.
 * Resolves with the signal; rejects when a look does.
 */
export async function repeat(
  { clock, random, signal }: Repeating,
  everyMs: number,
  look: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(everyMs * (0.9 + 0.2 * random.next()), signal).catch(() => undefined);
    if (!signal.aborted) {
      await look();
    }
  }
}
