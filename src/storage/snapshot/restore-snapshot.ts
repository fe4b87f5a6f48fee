/**
 * Puts a snapshot in the place of a fleet, or in an empty database, in one transaction: all of it or nothing. Revisions
 * continue far ahead of both, and all history counts as compacted, so that old watches get 410 and list anew.
 */
import type { Client } from 'pg';
import { StartupError } from '../../errors.ts';
import { connectForStart } from '../connect-for-start.ts';
import { type MigrateOptions, migrate, migrationCount } from '../migrate.ts';
import { endOnAbort } from './end-on-abort.ts';
import type { Snapshot } from './read-snapshot.ts';
import { HEAD_SQL, type SnapshotHead, type SnapshotRow, TABLES } from './tables.ts';

/** Of a statement; the line that passes the characters included. */
const BATCH = { rows: 500, characters: 8 * 1024 * 1024 };

/** Returns the revision that the next write follows. Throws StartupError when it may not or cannot be restored, the signal's reason when it aborts. */
export async function restoreSnapshot(
  url: string,
  { head, rows }: Snapshot,
  by: number,
  options: MigrateOptions,
): Promise<number> {
  const client = await connectForStart(url, options);
  const release = endOnAbort(client, options.signal);
  try {
    await refuseSessions(client);
    if (!(await hasFleet(client))) {
      refuseOther(head, migrationCount());
      await migrate(url, options);
    }
    await client.query('BEGIN');
    const current = await checkTarget(client, head);
    await client.query(`TRUNCATE ${TABLES.join(', ')}, change_log, shard_owners`);
    await insertAll(client, rows);
    // Without a row where no process has used the database yet.
    await client.query(
      'INSERT INTO settings (shards) VALUES ($1) ON CONFLICT (singleton) DO UPDATE SET shards = excluded.shards',
      [head.shards],
    );
    const revision = Math.max(current, head.revision) + by;
    await client.query('UPDATE revisions SET current = $1, compacted = $1', [revision]);
    // A commit that nobody waits for may have been made.
    release();
    await client.query('COMMIT');
    return revision;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    release();
    await client.end();
  }
}

/** Also those that own no shard, like a process with the role of the API alone: they would go on with what they hold. */
async function refuseSessions(client: Client): Promise<void> {
  const { rows } = await client.query<{ sessions: number }>(
    `SELECT count(*)::int AS sessions FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'flotilla %' AND pid <> pg_backend_pid()`,
  );
  const { sessions = 0 } = rows[0] ?? {};
  if (sessions > 0) {
    throw new StartupError(
      `Processes are connected to this database (${sessions} sessions of Flotilla): stop them, then restore`,
    );
  }
}

async function hasFleet(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('revisions') IS NOT NULL AS there");
  return rows[0]?.there === true;
}

function refuseOther(head: SnapshotHead, migrations: number): void {
  if (migrations !== head.migrations) {
    throw new StartupError('The snapshot is of another release: restore it with that one, then upgrade');
  }
}

async function checkTarget(client: Client, head: SnapshotHead): Promise<number> {
  const { rows } = await client.query<{ revision: number; migrations: number; owned: number }>(
    `SELECT h.*, (SELECT count(*)::int FROM shard_owners WHERE expires_at > now()) AS owned FROM (${HEAD_SQL}) h`,
  );
  const { revision = 0, migrations = 0, owned = 0 } = rows[0] ?? {};
  if (owned > 0) {
    throw new StartupError('Processes work on this database: stop them, wait for 30 s, then restore');
  }
  refuseOther(head, migrations);
  return revision;
}

async function insertAll(client: Client, rows: AsyncIterable<SnapshotRow>): Promise<void> {
  let table: SnapshotRow['table'] | undefined;
  let batch: string[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    if (table !== undefined && batch.length > 0) {
      const text = `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`;
      await client.query(text, [`[${batch.join(',')}]`]);
    }
    batch = [];
    characters = 0;
  };
  for await (const next of rows) {
    if (next.table !== table || batch.length === BATCH.rows || characters >= BATCH.characters) {
      await flush();
      table = next.table;
    }
    const row = JSON.stringify(next.row);
    characters += row.length;
    batch.push(row);
  }
  await flush();
}
