/**
 * Brings the commits of other processes into the feed: a notification (or, if one is lost, a poll) wakes it, the
 * change log tells what happened. Notifications carry no truth, so losing them costs a second, nothing else.
 */
import pg, { type Pool } from 'pg';
import type { Logger } from '../../logger.ts';
import type { Bell } from '../../timing/bell.ts';
import type { Clock } from '../../timing/clock.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import { NO_LONGER_AWAITED } from '../../timing/no-longer-awaited.ts';
import type { Random } from '../../timing/random.ts';
import { PAGE_BYTES } from '../bounded-rows.ts';
import { clientConfig } from '../connection.ts';
import type { PostgresChangeFeed } from './change-feed.ts';
import type { ChangeLog } from './change-log.ts';
import { leapAhead } from './lost-commits.ts';

/** Its notifications are a part of each commit: `REVISION ORIGIN`. */
const CHANNEL = 'flotilla_changes';
const POLL_MS = 1_000;
const READ_BOUNDS = { entries: 500, bytes: PAGE_BYTES };

export interface TailerOptions {
  readonly url: string;
  readonly pool: Pool;
  /** Names this process: it has published its own commits from memory. */
  readonly origin: string;
  readonly feed: PostgresChangeFeed;
  /** Over a connection of its own: others' watches stand still while it waits. */
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
  const woken = new LinkedController(signal);
  const poll = clock.sleep(jittered(random), woken.signal).catch(() => undefined);
  await Promise.race([wakeUp.wait(), poll]);
  woken.abort(NO_LONGER_AWAITED);
}

const jittered = (random: Random): number => POLL_MS * (0.5 + random.next() / 2);

async function catchUp(options: TailerOptions): Promise<void> {
  const { feed, log, signal } = options;
  let mayBeMore = true;
  while (mayBeMore && !signal.aborted) {
    const seen = feed.revision;
    const read = await log.read(seen, Number.MAX_SAFE_INTEGER, READ_BOUNDS, undefined);
    const { current, entries, compacted } = read;
    // What was seen had been committed before it was read here.
    if (current < seen) {
      await startAnew(options, current, seen);
      continue;
    }
    if (compacted > feed.revision) {
      feed.skipTo(compacted);
    }
    feed.oldestRevision = compacted;
    if (!feed.publish(entries)) {
      throw new Error(`the change log has a gap after revision ${feed.revision}`);
    }
    mayBeMore = read.isCut;
  }
}

/** New commits would take revisions that clients have seen of others, and watches would pass over them. */
async function startAnew({ pool, logger }: TailerOptions, current: number, seen: number): Promise<void> {
  const next = await leapAhead(pool, seen);
  if (next !== undefined) {
    const facts = { current, seen, next };
    logger.error(facts, 'the database has lost commits: revisions go on far ahead, and every watch starts anew');
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
