/**
 * A stream lasts longer than what let its user in: every two minutes or so the credentials are looked at again, and what
 * each subscription may see. A watch has an end of its own, and needs no such thing.
 */
import type { UserInfo } from '../../auth/identity.ts';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Give or take a third: the streams of a restart are not all looked at together. */
export const REVIEW_MS = 120_000;

export interface Review {
  /** Who the credentials are good for now; undefined: nobody any more. */
  readonly identify: () => Promise<UserInfo | undefined>;
  readonly subscriptions: Pick<Subscriptions, 'review'>;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
}
interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Resolves false when the user is known no more, true when the connection has ended. */
export async function reviewAccess(review: Review, { clock, random, logger }: Tools): Promise<boolean> {
  const { signal } = review;
  while (!signal.aborted) {
    await clock.sleep(REVIEW_MS * (2 / 3 + (2 / 3) * random.next()), signal).catch(() => undefined);
    try {
      if (!signal.aborted && !(await isStillKnown(review))) {
        return false;
      }
    } catch (error) {
      // That it cannot be asked now, as without a database, is no refusal.
      logger.warn({ err: error }, 'the access of a stream could not be reviewed');
    }
  }
  return true;
}

async function isStillKnown({ identify, subscriptions }: Review): Promise<boolean> {
  const user = await identify();
  if (user !== undefined) {
    await subscriptions.review(user);
  }
  return user !== undefined;
}
