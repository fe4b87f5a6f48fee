/** A fleet as lines of JSON, all of one database snapshot, in bounded memory. Safe beside processes that run. */
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { connectForStart } from '../connect-for-start.ts';
import { HEAD_SQL, type SnapshotHead, TABLES } from './tables.ts';

const BATCH = 500;

interface HeadRow {
  readonly revision: number;
  readonly shards: number;
  readonly saved_at: string;
  readonly migrations: number;
}

/** The head, then a row a line. */
export async function* saveSnapshot(
  url: string,
  options: { readonly clock: Clock; readonly random: Random },
): AsyncGenerator<string> {
  const client = await connectForStart(url, options);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<HeadRow>(HEAD_SQL);
    const { revision = 0, shards = 1, saved_at: savedAt = '', migrations = 0 } = rows[0] ?? {};
    const head: SnapshotHead = { flotillaSnapshot: 1, migrations, revision, shards, savedAt };
    yield `${JSON.stringify(head)}\n`;
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
