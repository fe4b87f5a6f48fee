/** What Postgres holds when all is quiet: the log, the counter and the objects, in one snapshot. */
import pg from 'pg';
import { toState } from './api-client.ts';
import type { ChangeType, History, LogEntry, ObjectState } from './history.ts';

interface Row {
  readonly revision: string;
  readonly type: ChangeType;
  readonly body: string;
}

function toObject({ revision, body }: Pick<Row, 'revision' | 'body'>): ObjectState {
  return { ...toState(JSON.parse(body)), revision: Number(revision) };
}

export async function readTruth(url: string): Promise<Pick<History, 'log' | 'objects' | 'start' | 'current'>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const log = await client.query<Row & { resource: string }>(
      'SELECT c.revision, c.type, c.resource, c.body FROM changes c, revisions r WHERE c.revision > r.compacted ORDER BY 1',
    );
    const objects = await client.query<Row>("SELECT revision, body FROM objects WHERE resource = 'configmaps'");
    const revisions = await client.query<{ current: string; compacted: string }>('SELECT * FROM revisions');
    const { current, compacted } = revisions.rows[0] ?? { current: '0', compacted: '0' };
    return {
      log: log.rows.map(
        (row): LogEntry => ({
          revision: Number(row.revision),
          type: row.type,
          ...(row.resource === 'configmaps' ? { object: toObject(row) } : {}),
        }),
      ),
      objects: objects.rows.map(toObject),
      start: Number(compacted),
      current: Number(current),
    };
  } finally {
    await client.end();
  }
}
