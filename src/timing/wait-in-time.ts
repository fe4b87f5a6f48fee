/** A wait that can be given up: unlike `withTimeLimit`, nothing goes on afterwards. */
import type { Clock } from './clock.ts';
import { NO_LONGER_AWAITED } from './no-longer-awaited.ts';

/** `take` is told by its signal when `ms` are over, and rejects with the signal's reason, which is `late()`. */
export async function waitInTime<T>(
  clock: Clock,
  ms: number,
  late: () => Error,
  take: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  clock.sleep(ms, done.signal).then(
    () => over.abort(late()),
    () => undefined,
  );
  try {
    return await take(over.signal);
  } finally {
    done.abort(NO_LONGER_AWAITED);
  }
}
