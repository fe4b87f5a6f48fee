/** When pods were committed, by PostgreSQL's own clock, which is the machine's: the generators' too. */
import pg from 'pg';

/**
 * By name, in milliseconds since 1970, of the pods that were created by names with this prefix. PostgreSQL takes the
 * time when a commit begins, before it is on disk: what is counted from it is rather too long than too short.
 */
export async function commitTimes(databaseUrl: string, prefix: string): Promise<ReadonlyMap<string, number>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; at: number }>(
      `SELECT name, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8 AS at FROM change_log
       WHERE type = 'ADDED' AND resource = 'pods' AND starts_with(name, $1)`,
      [prefix],
    );
    return new Map(rows.map(({ name, at }) => [name, at]));
  } finally {
    await client.end();
  }
}
