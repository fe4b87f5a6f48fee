/** Calls to the engine: each has a deadline, and what fails is a RuntimeError. */
import type { Clock } from '../../timing/clock.ts';
import { TimeLimitError, withTimeLimit } from '../../timing/time-limit.ts';
import { RuntimeError, type RuntimeErrorCode } from '../runtime.ts';

const DEADLINE_MS = 60_000;
const NOT_FOUND = 404;
/** What dockerode puts before the engine's words. */
const ENVELOPE = /^\(HTTP code \d+\) .*? - /;

interface EngineError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly json?: { readonly message?: string };
}

export function asRuntimeError(cause: unknown, code: RuntimeErrorCode = 'Unavailable'): RuntimeError {
  if (cause instanceof RuntimeError) {
    return cause;
  }
  const error = cause as EngineError;
  if (error.statusCode === undefined) {
    return new RuntimeError('Unavailable', `Cannot connect to the Docker daemon: ${error.message}`, { cause });
  }
  const message = `Error response from daemon: ${(error.json?.message ?? error.message).replace(ENVELOPE, '').trim()}`;
  return new RuntimeError(error.statusCode === NOT_FOUND && code === 'Unavailable' ? 'NotFound' : code, message, {
    cause,
  });
}

export type Call = <T>(work: Promise<T>, code?: RuntimeErrorCode, deadlineMs?: number) => Promise<T>;

/** What comes after the deadline is not waited for. */
export const callWith =
  (clock: Clock): Call =>
  async (work, code, deadlineMs = DEADLINE_MS) => {
    try {
      return await withTimeLimit(work, deadlineMs, 'the Docker daemon', clock);
    } catch (error) {
      if (error instanceof TimeLimitError) {
        throw new RuntimeError('Unavailable', `the Docker daemon did not answer within ${deadlineMs} ms`);
      }
      throw asRuntimeError(error, code);
    }
  };

export function unlessGone(error: unknown): void {
  if (!(error instanceof RuntimeError && error.code === 'NotFound')) {
    throw error;
  }
}
