/** Tells the fleet, for as long as this process serves the API, which authority its certificate comes from. */
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';

const EVERY_MS = 3_600_000;

export interface Announcement {
  readonly note: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Ends with the signal. The first time is the caller's own: what depends on it may begin after that. */
export async function keepAnnouncing({ note, clock, logger, signal }: Announcement): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(EVERY_MS, signal);
    } catch {
      return;
    }
    await note().catch((error: unknown) => logger.warn({ err: error }, 'the API authority was not announced'));
  }
}
