/**
 * Holds a shard while a long batch runs: renews by claiming again, and aborts the batch by the monotonic clock before
 * the lease can run out, so that a paused or cut-off worker stops by itself. The database's fence is the last word.
 */
import type { Clock } from '../timing/clock.ts';
import { LinkedController } from '../timing/linked-controller.ts';
import { NO_LONGER_AWAITED } from '../timing/no-longer-awaited.ts';
import type { DueStore, ShardLease } from './reconciler.ts';

export const LEASE_TTL_MS = 15_000;
/** Time left for writes under way when the batch is told to stop. */
const MARGIN_MS = 3_000;
const RENEW_MS = LEASE_TTL_MS / 3;

export class LeaseLostError extends Error {
  constructor(shard: string) {
    super(`the lease of shard ${shard} was lost`);
    this.name = 'LeaseLostError';
  }
}

export interface LeaseWatch {
  /** Aborts with LeaseLostError, or with the worker's reason. */
  readonly signal: AbortSignal;
  /** Ends the watch; the signal aborts no more. */
  end(): void;
}

/** `claimedAt`: monotonic time from before the claim was sent. */
export function watchLease(
  { due, clock }: { due: DueStore; clock: Clock },
  lease: ShardLease,
  claimedAt: number,
  workerSignal: AbortSignal,
): LeaseWatch {
  const lost = new LinkedController(workerSignal);
  const ended = new AbortController();
  let expiresAt = claimedAt + LEASE_TTL_MS;
  const lose = (): void => lost.abort(new LeaseLostError(lease.shard));

  const renew = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(RENEW_MS, ended.signal);
      const sentAt = clock.monotonic();
      // A failed renewal is tried again at the next turn; the guard ends the run if none succeeds.
      const claimed = await due.claim(lease.shard, lease.holder, LEASE_TTL_MS, 0).catch(() => 'unknown' as const);
      if (claimed === undefined || (claimed !== 'unknown' && claimed.lease.epoch !== lease.epoch)) {
        lose();
        return;
      }
      expiresAt = claimed === 'unknown' ? expiresAt : sentAt + LEASE_TTL_MS;
    }
  };
  const guard = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const left = expiresAt - MARGIN_MS - clock.monotonic();
      if (left <= 0) {
        lose();
        return;
      }
      await clock.sleep(left, ended.signal);
    }
  };
  renew().catch(() => undefined);
  guard().catch(() => undefined);
  const end = (): void => {
    ended.abort(NO_LONGER_AWAITED);
    lost.release();
  };
  return { signal: lost.signal, end };
}
