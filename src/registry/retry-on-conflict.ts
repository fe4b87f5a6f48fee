/** Read, change, compare-and-set, again: the one loop behind every verb that may lose a race and try once more. */
import type { RegistryContext } from './context.ts';

export const RETRY: unique symbol = Symbol('retry');

const MAX_WAIT_MS = 50;

/**
 * Runs `attempt` until it answers something else than RETRY, at most `attempts` times; then throws `exhausted()`.
 * The first retry is immediate, later ones wait a random part of 2, 4, 8 … 50 ms, so that rivals spread out.
 */
export async function retryOnConflict<T>(
  context: Pick<RegistryContext, 'clock' | 'random'>,
  attempts: number,
  attempt: () => Promise<T | typeof RETRY>,
  exhausted: () => Error,
): Promise<T> {
  for (let failed = 0; failed < attempts; failed += 1) {
    if (failed > 1) {
      await context.clock.sleep(context.random.next() * Math.min(2 ** failed, MAX_WAIT_MS));
    }
    const answer = await attempt();
    if (answer !== RETRY) {
      return answer;
    }
  }
  throw exhausted();
}
