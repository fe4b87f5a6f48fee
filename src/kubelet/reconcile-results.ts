/** Answers of a batch by key; an Error is retried with back-off by the runner. */
import { StatusError, toError } from '../errors.ts';
import type { ReconcileResult } from '../queue/reconciler.ts';

export type Results = Map<string, ReconcileResult | Error>;

/** A lost race for a write is read again almost at once. */
const AFTER_CONFLICT_MS = 20;

export function asResult(error: unknown): ReconcileResult | Error {
  if (error instanceof StatusError && (error.reason === 'Conflict' || error.reason === 'NotFound')) {
    return { requeueAfterMs: AFTER_CONFLICT_MS };
  }
  return toError(error);
}

/** Runs one part of a batch: its failure becomes the answer of its keys and leaves the others alone. */
export async function settle(results: Results, keys: readonly string[], part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    for (const key of keys) {
      results.set(key, toError(error));
    }
  }
}
