/** Bounds a wait for a backend that may never answer. */
import type { Clock } from './clock.ts';
import { NO_LONGER_AWAITED } from './no-longer-awaited.ts';

export class TimeLimitError extends Error {
  constructor(what: string, ms: number) {
    super(`${what} took longer than ${ms} ms`);
    this.name = 'TimeLimitError';
  }
}

/** The work itself goes on; its late failure is dropped. */
export async function withTimeLimit<T>(work: Promise<T>, ms: number, what: string, clock: Clock): Promise<T> {
  const done = new AbortController();
  const limit = clock.sleep(ms, done.signal).then(() => {
    throw new TimeLimitError(what, ms);
  });
  limit.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    done.abort(NO_LONGER_AWAITED);
  }
}
