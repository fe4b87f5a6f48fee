/** A fleet as lines of JSON, all of one database snapshot, in bounded memory. Safe beside processes that run. */
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { StartupError } from '../../errors.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { connectForStart } from '../connect-for-start.ts';
import { CopiedRows } from '../list-stream/copied-rows.ts';
import { sqlState } from '../postgres-errors.ts';
import { endOnAbort } from './end-on-abort.ts';
import { HEAD_SQL, type SnapshotHead, TABLES } from './tables.ts';

interface HeadRow {
  readonly revision: number;
  readonly shards: number | null;
  readonly saved_at: string;
  readonly migrations: number;
}

/** The head, then a row a line. Throws StartupError where there is no fleet, the signal's reason when it aborts. */
export async function* saveSnapshot(
  url: string,
  options: { readonly clock: Clock; readonly random: Random; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<string> {
  const { signal } = options;
  const client = await connectForStart(url, options);
  const release = endOnAbort(client, signal);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    yield `${JSON.stringify(await readHead(client))}\n`;
    for (const table of TABLES) {
      yield* linesOf(client, table);
    }
    await client.query('COMMIT');
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    release();
    await client.end();
  }
}

/** A piece of the connection's at a time, whatever the size of the rows. Binary: as text, COPY doubles each backslash. */
async function* linesOf(client: Client, table: string): AsyncGenerator<string> {
  const rows = new CopiedRows();
  const select = `SELECT row_to_json(t)::text FROM ${table} t`;
  for await (const piece of client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`))) {
    const whole = rows.push(piece as Buffer);
    if (whole.length > 0) {
      yield whole.map(([line]) => `{"table":"${table}","row":${line}}\n`).join('');
    }
  }
}

async function readHead(client: Client): Promise<SnapshotHead> {
  const { rows } = await client.query<HeadRow>(HEAD_SQL).catch((error: unknown) => {
    // No such table, or no such schema.
    throw /^(42P01|3F000)$/.test(sqlState(error) ?? '') ? noFleet(error) : error;
  });
  const [row] = rows;
  if (row === undefined || row.shards === null) {
    throw noFleet();
  }
  return {
    ...{ flotillaSnapshot: 1, migrations: row.migrations, revision: row.revision, shards: row.shards },
    savedAt: row.saved_at,
  };
}

const noFleet = (cause?: unknown): StartupError =>
  new StartupError('This database has no fleet: name the one that Flotilla was started with', { cause });
