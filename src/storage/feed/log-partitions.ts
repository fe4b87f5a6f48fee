/**
 * The partitions of the change log, each a range of revisions. The next ones are made ahead of time, and by a writer
 * that finds none for its revision all the same; those whose every entry is compacted are dropped. Neither holds up
 * commits or reads: a table is attached and detached under locks that both of them pass.
 */
import type { ClientBase, Pool } from 'pg';
import { sqlState } from '../postgres-errors.ts';

/** About 130 MB of pods. */
const LEAST_SIZE = 50_000;
/** However long the history, so many partitions hold it: each costs every plan and lock table a little. */
const PARTITIONS = 20;
/** Ready beyond the newest revision: 20 s of 20,000 writes/s. */
const AHEAD = 8;
/** A commit must not wait long behind the one that makes partitions, nor that one for someone's ANALYZE. */
const LOCK_TIMEOUT = '2s';

/** Revisions a partition, for a history of so many. */
export const partitionSize = (retained: number): number => Math.max(LEAST_SIZE, Math.ceil(retained / PARTITIONS));

/** Postgres: no partition of relation "change_log" found for row. */
export const isMissingPartition = (error: unknown): boolean =>
  sqlState(error) === '23514' && error instanceof Error && error.message.includes('no partition of relation');

interface Partition {
  readonly name: string;
  /** The first revision beyond it. */
  readonly end: number;
  /** A DETACH CONCURRENTLY that was cut off. */
  readonly isDetaching: boolean;
}

async function attached(client: ClientBase): Promise<Partition[]> {
  const { rows } = await client.query<Partition>(
    `SELECT c.oid::regclass::text AS name, i.inhdetachpending AS "isDetaching",
       substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \\(''(\\d+)''\\)')::bigint AS "end"
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'change_log'::regclass ORDER BY 3`,
  );
  return rows;
}

const lastEnd = async (client: ClientBase): Promise<number> => (await attached(client)).at(-1)?.end ?? 0;

/** Makes sure of partitions for the next revisions, wherever the counter stands. */
export async function extendLog(pool: Pool, size: number): Promise<void> {
  const client = await pool.connect();
  try {
    // Most looks find enough, and take no lock.
    const { rows } = await client.query<{ current: number }>('SELECT current FROM revisions');
    if ((await lastEnd(client)) <= (rows[0]?.current ?? 0) + (AHEAD - 1) * size) {
      await attachNext(client, size);
    }
    client.release();
  } catch (error) {
    // Whatever state it is in, its transaction ends with the connection.
    client.release(true);
    throw error;
  }
}

/**
 * Under the counter's lock, so that one process does it and all writers see the same log. Partitions need not touch:
 * revisions that a restore skipped have none.
 */
async function attachNext(client: ClientBase, size: number): Promise<void> {
  await client.query('BEGIN');
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  const { rows } = await client.query<{ current: number }>('SELECT current FROM revisions FOR NO KEY UPDATE');
  const current = rows[0]?.current ?? 0;
  const first = Math.max(await lastEnd(client), current + 1);
  for (let start = first; start <= current + AHEAD * size; start += size) {
    await attach(client, start, start + size);
  }
  await client.query('COMMIT');
}

/** ATTACH lets reads and writes of the log go on, which CREATE TABLE … PARTITION OF would shut out. */
async function attach(client: ClientBase, start: number, end: number): Promise<void> {
  const table = `change_log_${start}`;
  await client.query(
    `CREATE TABLE ${table} (LIKE change_log INCLUDING ALL) WITH (toast_tuple_target = 8160,
       autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_cost_delay = 0)`,
  );
  await client.query(`ALTER TABLE change_log ATTACH PARTITION ${table} FOR VALUES FROM (${start}) TO (${end})`);
}

/**
 * Drops what holds nothing but revisions up to `compacted`; on a connection of one process at a time. A reader that
 * no longer sees a partition has a snapshot that sees `compacted` beyond it, since that was committed before.
 */
export async function dropCompacted(client: ClientBase, compacted: number): Promise<void> {
  await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
  try {
    for (const { name, end, isDetaching } of await attached(client)) {
      if (isDetaching || end - 1 <= compacted) {
        // CONCURRENTLY waits for transactions that use the log; nobody waits for it, as all would for a DROP.
        await client.query(
          `ALTER TABLE change_log DETACH PARTITION ${name} ${isDetaching ? 'FINALIZE' : 'CONCURRENTLY'}`,
        );
      }
    }
    for (const name of await detached(client)) {
      await client.query(`DROP TABLE ${name}`);
    }
  } finally {
    await client.query('RESET lock_timeout');
  }
}

/** Also those that an earlier run detached and did not live to drop. */
async function detached(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
     WHERE c.relkind = 'r' AND NOT c.relispartition AND c.relname ~ '^change_log_\\d+$'
       AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'change_log'::regclass)`,
  );
  return rows.map(({ name }) => name);
}
