/**
 * Forgets old entries of the change log, in one process at a time. `compacted` rises first, in a transaction of its
 * own: whoever reads the log in one snapshot with it knows whether anything is missing.
 */
import type { ClientBase, Pool } from 'pg';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';

/** How much of the past stays readable: what is older than `minutes`, or further back than `revisions`, goes. */
export interface Retention {
  readonly minutes: number;
  readonly revisions: number;
}
export interface CompactionOptions {
  readonly pool: Pool;
  readonly retention: Retention;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const EVERY_MS = 30_000;
/** Rows a statement: short enough to hold no one up. */
const DELETE_LIMIT = 5_000;
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
export async function compact({ pool, retention, signal }: CompactionOptions): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_ID]);
    if (rows[0]?.locked === true) {
      const compacted = await raiseCompacted(client, retention);
      let deleted = DELETE_LIMIT;
      while (deleted === DELETE_LIMIT && !signal.aborted) {
        deleted = await deleteEntries(client, compacted);
      }
      await client.query('SELECT pg_advisory_unlock($1)', [LOCK_ID]);
    }
    client.release();
  } catch (error) {
    // The lock goes with the connection.
    client.release(true);
    throw error;
  }
}

/** Decided on one snapshot, before the counter's row is locked: what is committed meanwhile is young by definition. */
async function raiseCompacted(client: ClientBase, { minutes, revisions }: Retention): Promise<number> {
  const { rows } = await client.query<{ compacted: number; target: number }>({
    text: `SELECT r.compacted, greatest(r.compacted, r.current - $2::bigint,
             coalesce((SELECT g.revision - 1 FROM change_log g
                       WHERE g.revision > r.compacted AND g.at >= now() - $1::float8 * interval '1 minute'
                       ORDER BY g.revision LIMIT 1), r.current)) AS target
           FROM revisions r`,
    values: [minutes, revisions],
  });
  const { compacted = 0, target = 0 } = rows[0] ?? {};
  if (target > compacted) {
    await client.query('UPDATE revisions SET compacted = greatest(compacted, $1::bigint)', [target]);
  }
  return target;
}

async function deleteEntries(client: ClientBase, upTo: number): Promise<number> {
  const { rowCount } = await client.query({
    text: `DELETE FROM change_log WHERE revision IN
             (SELECT revision FROM change_log WHERE revision <= $1 ORDER BY revision LIMIT $2)`,
    values: [upTo, DELETE_LIMIT],
  });
  return rowCount ?? 0;
}
