/** Commands that a signal may stop in the midst: they end as after any failure, and leave nothing behind. */
import type { CommandContext } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { listenForStop } from '../serve/stop-requests.ts';

/** `outcome`: what a stop means. The second request, of somebody who is tired of waiting, ends the process at once. */
export async function stoppable<T>(
  { env, clock }: CommandContext,
  outcome: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const listenNoMore = listenForStop(process, env, clock, {
    onStop: (why) => stop.abort(new CommandError(`Stopped (${why}): ${outcome}`, EXIT.failure)),
    onStopNow: () => process.exit(EXIT.failure),
  });
  try {
    return await run(stop.signal);
  } finally {
    listenNoMore();
  }
}
