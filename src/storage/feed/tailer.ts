/**
 * Brings the commits of other processes into the feed: a notification (or, if one is lost, a poll) wakes it, the
 * change log tells what happened. Notifications carry no truth, so losing them costs a second, nothing else.
 */
import pg from 'pg';
import type { Logger } from '../../logger.ts';
import type { Bell } from '../../timing/bell.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { clientConfig } from '../connection.ts';
import type { PostgresChangeFeed } from './change-feed.ts';
import type { ChangeLog } from './change-log.ts';

/** Its notifications are a part of each commit: `REVISION ORIGIN`. */
const CHANNEL = 'flotilla_changes';
const POLL_MS = 1_000;
const READ_LIMIT = 500;

export interface TailerOptions {
  readonly url: string;
  /** Names this process: it has published its own commits from memory. */
  readonly origin: string;
  readonly feed: PostgresChangeFeed;
  readonly log: ChangeLog;
  readonly wakeUp: Bell;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Follows the log until the signal aborts. */
export async function tailChangeLog(options: TailerOptions): Promise<void> {
  const { feed, clock, random, logger, signal } = options;
  while (!signal.aborted) {
    await wokenOrDue(options);
    if (signal.aborted) {
      return;
    }
    try {
      await catchUp(options);
      feed.reportProgress();
    } catch (error) {
      logger.warn({ err: error }, 'the change log cannot be read, will try again');
      await clock.sleep(jittered(random), signal).catch(() => undefined);
    }
  }
}

async function wokenOrDue({ wakeUp, clock, random, signal }: TailerOptions): Promise<void> {
  const woken = new AbortController();
  const poll = clock.sleep(jittered(random), AbortSignal.any([signal, woken.signal])).catch(() => undefined);
  await Promise.race([wakeUp.wait(), poll]);
  woken.abort();
}

const jittered = (random: Random): number => POLL_MS * (0.5 + random.next() / 2);

async function catchUp({ feed, log, signal }: TailerOptions): Promise<void> {
  let count = READ_LIMIT;
  while (count === READ_LIMIT && !signal.aborted) {
    const { entries, compacted } = await log.read(feed.revision, Number.MAX_SAFE_INTEGER, READ_LIMIT, undefined);
    if (compacted > feed.revision) {
      feed.skipTo(compacted);
    }
    feed.oldestRevision = compacted;
    if (!feed.publish(entries)) {
      throw new Error(`the change log has a gap after revision ${feed.revision}`);
    }
    count = entries.length;
  }
}

/** Keeps a connection that listens; after every (re)connect the tailer looks, since a notification may be lost. */
export async function listenForChanges(options: TailerOptions): Promise<void> {
  const { clock, random, logger, signal } = options;
  while (!signal.aborted) {
    const client = new pg.Client(clientConfig(options.url, 'listener'));
    try {
      await listenUntilLost(client, options);
    } catch (error) {
      logger.warn({ err: error }, 'cannot listen for changes, polling until it works again');
    }
    await client.end().catch((error: unknown) => logger.debug({ err: error }, 'the listener was lost'));
    await clock.sleep(jittered(random), signal).catch(() => undefined);
  }
}

async function listenUntilLost(client: pg.Client, { feed, origin, wakeUp, signal }: TailerOptions): Promise<void> {
  let lose = (): void => undefined;
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  client.on('error', lose);
  client.on('end', lose);
  client.on('notification', ({ payload = '' }) => {
    const [revision, from] = payload.split(' ');
    if (from !== origin && Number(revision) > feed.revision) {
      wakeUp.ring();
    }
  });
  signal.addEventListener('abort', lose, { once: true });
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    wakeUp.ring();
    await lost;
  } finally {
    signal.removeEventListener('abort', lose);
  }
}
