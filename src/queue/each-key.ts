/** Lifts a reconciler of single keys to the batch form: bounded concurrency, one failure never touches another key. */
import pLimit from 'p-limit';
import { toError } from '../errors.ts';
import type { BatchReconciler, ReconcileResult, Reconciler } from './reconciler.ts';

/** Keys not begun when the signal aborts are left out of the answer: the shard runner keeps them due. */
export function eachKey(reconciler: Reconciler, concurrency = 8): BatchReconciler {
  return {
    name: reconciler.name,
    reconcileBatch: async (keys, context) => {
      const results = new Map<string, ReconcileResult | Error>();
      const limit = pLimit(concurrency);
      const runOne = async (key: string): Promise<void> => {
        if (context.signal.aborted) {
          return;
        }
        try {
          results.set(key, await reconciler.reconcile(key, context));
        } catch (error) {
          results.set(key, toError(error));
        }
      };
      await Promise.all(keys.map(({ key }) => limit(() => runOne(key))));
      return results;
    },
  };
}
