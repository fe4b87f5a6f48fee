/** Key form over exact views: everything committed before the batch is in `context.views` when a key is reconciled. */
import { eachKey } from '../queue/each-key.ts';
import type { BatchReconciler, Reconciler } from '../queue/reconciler.ts';
import type { ControllerContext } from './controller.ts';

export function freshEachKey({ views }: ControllerContext, reconciler: Reconciler): BatchReconciler {
  const { name, reconcileBatch } = eachKey(reconciler);
  return {
    name,
    reconcileBatch: async (keys, context) => {
      await views.fresh(context.signal);
      return reconcileBatch(keys, context);
    },
  };
}
