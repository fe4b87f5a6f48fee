/**
 * The one reconciler contract; kubelets and controllers are both reconcilers. A reconciler is told which keys may
 * have changed, re-reads the truth, acts idempotently, and returns when to look again. Retry policy, back-off,
 * fencing and metrics live in `shard-runner.ts` and nowhere else.
 */

/** The right to act for a shard, held for one run. Pass it as `fence` with every write of the run. */
export interface ShardLease {
  readonly shard: string;
  readonly holder: string;
  readonly epoch: number;
}

export interface DueKey {
  readonly key: string;
  /** Failed attempts in a row so far. */
  readonly attempt: number;
  /** What the reconciler left for itself with its last result of this key; a failure leaves it as it was. */
  readonly note?: string;
}

/** `requeueAfterMs` undefined: nothing more to do until something changes; then the note goes too. */
export interface ReconcileResult {
  readonly requeueAfterMs?: number;
  /** Kept in the due row and handed back with the key: progress that costs no write of its own and survives a crash. */
  readonly note?: string;
}

export interface ReconcileContext {
  readonly lease: ShardLease;
  /** Aborts when the lease is about to run out or the worker stops; act no further. */
  readonly signal: AbortSignal;
}

/**
 * Batch form: all keys due in a shard at once. A key absent from the answer counts as done; an Error in the answer
 * (or a throw, for all keys) is retried with back-off. A key that becomes due again meanwhile runs again.
 */
export interface BatchReconciler {
  /** First part of its shards' names: `kubelet`, `controller/replicaset`. */
  readonly name: string;
  readonly reconcileBatch: (
    keys: readonly DueKey[],
    context: ReconcileContext,
  ) => Promise<ReadonlyMap<string, ReconcileResult | Error>>;
}

/** Key form, for most controllers; `eachKey` lifts it to the batch form with bounded concurrency. */
export interface Reconciler {
  readonly name: string;
  readonly reconcile: (key: string, context: ReconcileContext) => Promise<ReconcileResult>;
}

/** Rows of the due table as the shard runner needs them; implemented in storage/. All times on the database's clock. */
export interface DueStore {
  /**
   * Takes or renews the shard for `holder` (a takeover raises the epoch; refused while another's lease lives) and
   * returns what is due, oldest first. `undefined`: another holder has the shard.
   */
  claim(shard: string, holder: string, ttlMs: number, limit: number): Promise<ClaimedWork | undefined>;
  /**
   * After a run: removes keys that are done and not made due again since the claim, moves the others to their next
   * time; all get their note, also those made due again. Releases the shard when `release`. Returns milliseconds until
   * the shard's next due row, if any.
   */
  settle(lease: ShardLease, settled: readonly SettledKey[], release: boolean): Promise<number | undefined>;
  /** Adds due work outside of a write (timers, events of a runtime). */
  add(refs: readonly { shard: string; key: string; afterMs?: number }[]): Promise<void>;
  /** Shards with work due within `withinMs`. For the sweep. */
  dueShards(withinMs: number): Promise<string[]>;
}
export interface ClaimedWork {
  readonly lease: ShardLease;
  readonly keys: readonly (DueKey & { readonly version: number })[];
  /** More was due than `limit`. */
  readonly more: boolean;
}
export interface SettledKey {
  readonly key: string;
  readonly version: number;
  /** undefined: done. */
  readonly nextAfterMs?: number;
  readonly attempt: number;
  readonly note?: string;
}

/**
 * Rings a shard: "something may be due", now or `afterMs` from now (then nobody looks before). Losing a ring costs at
 * most one sweep (5 s). Never throws.
 */
export interface Doorbell {
  ring(shard: string, afterMs?: number): void;
}
