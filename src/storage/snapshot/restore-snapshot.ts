/**
 * Puts a snapshot in the place of a fleet, in one transaction: all of it or nothing. Revisions continue far ahead of
 * both, and all history counts as compacted, so that old watches get 410 and list anew.
 */
import type { Client } from 'pg';
import { StartupError } from '../../errors.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { connectForStart } from '../connect-for-start.ts';
import { HEAD_SQL, type SnapshotHead, type SnapshotRow, TABLES } from './tables.ts';

const BATCH = 500;

/** Returns the revision that the next write follows. Throws StartupError when it may not or cannot be restored. */
export async function restoreSnapshot(
  url: string,
  lines: AsyncIterable<string>,
  by: number,
  options: { readonly clock: Clock; readonly random: Random },
): Promise<number> {
  const client = await connectForStart(url, options);
  try {
    await client.query('BEGIN');
    const iterator = lines[Symbol.asyncIterator]();
    const head = readHead((await iterator.next()).value);
    const current = await checkTarget(client, head);
    await client.query(`TRUNCATE ${TABLES.join(', ')}, change_log, shard_owners`);
    await insertAll(client, { [Symbol.asyncIterator]: () => iterator });
    await client.query('UPDATE settings SET shards = $1', [head.shards]);
    const revision = Math.max(current, head.revision) + by;
    await client.query('UPDATE revisions SET current = $1, compacted = $1', [revision]);
    await client.query('COMMIT');
    return revision;
  } finally {
    await client.end();
  }
}

function readHead(line: string | undefined): SnapshotHead {
  try {
    const head = JSON.parse(line ?? '') as Partial<SnapshotHead> | null;
    if (head?.flotillaSnapshot === 1) {
      return head as SnapshotHead;
    }
  } catch (error) {
    throw new StartupError('This is not a snapshot of flotilla snapshot save', { cause: error });
  }
  throw new StartupError('This is not a snapshot of flotilla snapshot save');
}

async function checkTarget(client: Client, head: SnapshotHead): Promise<number> {
  const { rows } = await client.query<{ revision: number; migrations: number; owned: number }>(
    `SELECT h.*, (SELECT count(*)::int FROM shard_owners WHERE expires_at > now()) AS owned FROM (${HEAD_SQL}) h`,
  );
  const { revision = 0, migrations = 0, owned = 0 } = rows[0] ?? {};
  if (owned > 0) {
    throw new StartupError('Processes work on this database: stop them, wait for 30 s, then restore');
  }
  if (migrations !== head.migrations) {
    throw new StartupError('The snapshot is of another release: restore it with that one, then upgrade');
  }
  return revision;
}

async function insertAll(client: Client, lines: AsyncIterable<string>): Promise<void> {
  let table: SnapshotRow['table'] | undefined;
  let rows: unknown[] = [];
  const flush = async (): Promise<void> => {
    if (table !== undefined && rows.length > 0) {
      const text = `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`;
      await client.query(text, [JSON.stringify(rows)]);
    }
    rows = [];
  };
  for await (const line of lines) {
    const next = JSON.parse(line) as SnapshotRow;
    if (!TABLES.includes(next.table)) {
      throw new StartupError(`The snapshot has rows of ${JSON.stringify(next.table)}, which is no table of a fleet`);
    }
    if (next.table !== table || rows.length === BATCH) {
      await flush();
      table = next.table;
    }
    rows.push(next.row);
  }
  await flush();
}
