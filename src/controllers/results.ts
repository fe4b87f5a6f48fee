/** A batch reconciler's answer, and how one key's failure is kept from touching the others. */
import type { ReconcileResult } from '../queue/reconciler.ts';

export type Results = Map<string, ReconcileResult | Error>;
