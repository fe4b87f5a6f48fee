/**
 * Forgets old entries of the change log, in one process at a time. `compacted` rises first, in a transaction of its
 * own: whoever reads the log in one snapshot with it knows whether anything is missing. Then whole partitions go, and
 * the next ones are made, whether or not there was anything to forget.
 */
import type { ClientBase, Pool } from 'pg';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { dropCompacted, extendLog } from './log-partitions.ts';

/** How much of the past stays readable: what is older than `minutes`, or further back than `revisions`, goes. */
export interface Retention {
  readonly minutes: number;
  readonly revisions: number;
}
export interface CompactionOptions {
  readonly pool: Pool;
  readonly retention: Retention;
  /** Revisions in a new partition. */
  readonly partitionSize: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const EVERY_MS = 30_000;
/** Any number that no other program locks in this database. */
const LOCK_ID = 7_305_002;

export async function runCompactions(options: CompactionOptions): Promise<void> {
  const { clock, random, logger, signal } = options;
  while (!signal.aborted) {
    await clock.sleep(EVERY_MS * (0.5 + random.next()), signal).catch(() => undefined);
    if (!signal.aborted) {
      await compact(options).catch((error: unknown) => {
        logger.warn({ err: error }, 'the change log could not be compacted, will try again');
      });
    }
  }
}

/** Does nothing while another process is at it. */
export async function compact({ pool, retention, partitionSize }: CompactionOptions): Promise<void> {
  await extendLog(pool, partitionSize);
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_ID]);
    if (rows[0]?.locked === true) {
      await dropCompacted(client, await raiseCompacted(client, retention));
      await client.query('SELECT pg_advisory_unlock($1)', [LOCK_ID]);
    }
    client.release();
  } catch (error) {
    // The lock goes with the connection.
    client.release(true);
    throw error;
  }
}

/**
 * Decided on one snapshot, before the counter's row is locked: what is committed meanwhile is young by definition.
 * The last entry that is too old is found by halving: the log is dense and its times rise, but for the moments that
 * its writers waited for each other. A million entries take 20 look-ups.
 */
async function raiseCompacted(client: ClientBase, { minutes, revisions }: Retention): Promise<number> {
  const { rows } = await client.query<{ compacted: number; target: number }>({
    text: `WITH RECURSIVE search (old, young) AS (
             SELECT compacted, current + 1 FROM revisions
             UNION ALL
             SELECT CASE WHEN is_old THEN middle ELSE old END, CASE WHEN is_old THEN young ELSE middle END
             FROM search, LATERAL (SELECT (old + young) / 2 AS middle) m, LATERAL (
               SELECT coalesce((SELECT g.at < now() - $1::float8 * interval '1 minute'
                                FROM change_log g WHERE g.revision = middle), true) AS is_old) o
             WHERE young - old > 1)
           SELECT r.compacted, greatest(r.current - $2::bigint, (SELECT max(old) FROM search)) AS target
           FROM revisions r`,
    values: [minutes, revisions],
  });
  const { compacted = 0, target = 0 } = rows[0] ?? {};
  if (target > compacted) {
    await client.query('UPDATE revisions SET compacted = greatest(compacted, $1::bigint)', [target]);
  }
  return target;
}
