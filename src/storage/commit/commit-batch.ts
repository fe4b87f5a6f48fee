/** One transaction for a batch of writes of different keys: a single statement, unless they stand or fall together. */
import type { Pool, PoolClient } from 'pg';
import type { Change, Write, WriteResult } from '../object-store.ts';
import { isRolledBack, outcomeUnknown } from '../postgres-errors.ts';
import { commitWrites } from './commit-writes.ts';
import { toChange } from './to-change.ts';

export interface Committed {
  /** In the order of the writes. */
  readonly results: readonly WriteResult[];
  /** In revision order, without a gap. */
  readonly changes: readonly Change[];
}

/** All of the batch or nothing. */
export interface Together {
  readonly dryRun: boolean;
}

/** More would be built and sent in one turn of the event loop, and others of the process would wait. */
const STATEMENT_WRITES = 500;

/** Throws what Postgres answered if nothing was written, a StatusError if that is unknown. */
export async function commitBatch(pool: Pool, writes: readonly Write[], origin: string): Promise<Committed> {
  const client = await pool.connect();
  try {
    const committed = await write(client, writes, origin);
    client.release();
    return committed;
  } catch (error) {
    client.release(true);
    throw isRolledBack(error) ? error : outcomeUnknown(error);
  }
}

/** As `commitBatch`, of any size. */
export async function commitTogether(
  pool: Pool,
  writes: readonly Write[],
  { dryRun }: Together,
  origin: string,
): Promise<Committed> {
  const client = await pool.connect();
  try {
    const results: WriteResult[] = [];
    const changes: Change[] = [];
    await client.query('BEGIN');
    for (let from = 0; from < writes.length; from += STATEMENT_WRITES) {
      const part = await write(client, writes.slice(from, from + STATEMENT_WRITES), origin);
      results.push(...part.results);
      changes.push(...part.changes);
    }
    const isToBeWritten = !dryRun && changes.length === writes.length;
    await (isToBeWritten ? finish(client) : client.query('ROLLBACK'));
    client.release();
    return { results, changes: isToBeWritten ? changes : [] };
  } catch (error) {
    // Whatever state the connection is in, its transaction ends with it.
    client.release(true);
    throw error;
  }
}

async function write(client: PoolClient, writes: readonly Write[], origin: string): Promise<Committed> {
  const { lastRevision, refused } = await commitWrites(client, writes, origin);
  const changes: Change[] = [];
  const results = writes.map((one, at): WriteResult => {
    const reason = refused.get(at);
    if (reason !== undefined) {
      return { ok: false, reason };
    }
    const revision = lastRevision + changes.length + 1;
    changes.push(toChange(one, revision));
    return { ok: true, revision };
  });
  return { results, changes };
}

async function finish(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT').catch((error: unknown) => {
    throw outcomeUnknown(error);
  });
  if (command !== 'COMMIT') {
    throw new Error(`COMMIT was answered with ${command}`);
  }
}
