/** Reconciles what was claimed, for as long as its lease is held. */
import { toError } from '../errors.ts';
import { LeaseLostError, watchLease } from './lease-watch.ts';
import type { BatchReconciler, ClaimedWork } from './reconciler.ts';
import type { BatchAnswer } from './settle-results.ts';

interface Outcome {
  readonly answer: BatchAnswer;
  readonly cutShort: boolean;
  /** The shard is another's by now: nothing may be settled, the next holder has the keys. */
  readonly lost: boolean;
}

export async function reconcileClaimed(
  options: Parameters<typeof watchLease>[0] & { readonly signal: AbortSignal },
  reconciler: BatchReconciler,
  { lease, keys }: ClaimedWork,
  claimedAt: number,
): Promise<Outcome> {
  if (keys.length === 0) {
    return { answer: new Map(), cutShort: false, lost: false };
  }
  const watch = watchLease(options, lease, claimedAt, options.signal);
  try {
    return outcomeOf(await reconciler.reconcileBatch(keys, { lease, signal: watch.signal }), watch.signal);
  } catch (thrown) {
    const error = toError(thrown);
    return outcomeOf(new Map(keys.map(({ key }) => [key, error])), watch.signal);
  } finally {
    watch.end();
  }
}

const outcomeOf = (answer: BatchAnswer, { aborted, reason }: AbortSignal): Outcome => ({
  answer,
  cutShort: aborted,
  lost: aborted && reason instanceof LeaseLostError,
});
