/** A fleet as lines of JSON, all of one database snapshot, in bounded memory. Safe beside processes that run. */
import type { Client } from 'pg';
import { StartupError } from '../../errors.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { connectForStart } from '../connect-for-start.ts';
import { sqlState } from '../postgres-errors.ts';
import { HEAD_SQL, type SnapshotHead, TABLES } from './tables.ts';

const BATCH = 500;

interface HeadRow {
  readonly revision: number;
  readonly shards: number | null;
  readonly saved_at: string;
  readonly migrations: number;
}

/** The head, then a row a line. Throws StartupError where there is no fleet. */
export async function* saveSnapshot(
  url: string,
  options: { readonly clock: Clock; readonly random: Random },
): AsyncGenerator<string> {
  const client = await connectForStart(url, options);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    yield `${JSON.stringify(await readHead(client))}\n`;
    for (const table of TABLES) {
      await client.query(`DECLARE snapshot_rows CURSOR FOR SELECT row_to_json(t)::text AS line FROM ${table} t`);
      for (;;) {
        const batch = await client.query<{ line: string }>(`FETCH ${BATCH} FROM snapshot_rows`);
        if (batch.rows.length === 0) {
          break;
        }
        yield batch.rows.map(({ line }) => `{"table":"${table}","row":${line}}\n`).join('');
      }
      await client.query('CLOSE snapshot_rows');
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
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
