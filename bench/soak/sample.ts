/** What the server and its database hold at one moment. */
import pg from 'pg';
import { cpuSeconds, residentMB } from '../servers/process-figures.ts';

export interface MemorySample {
  readonly rssMB: number;
  /** Since the server started. */
  readonly cpuSeconds: number;
  readonly databaseMB: number;
  readonly logEntries: number;
}

// Estimates of the planner's: counting would read the whole log every minute.
const QUERY = `SELECT pg_database_size(current_database()) / 1e6 AS database,
  (SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables WHERE relname LIKE 'change_log%') AS entries`;

export async function sample(pid: number, databaseUrl: string): Promise<MemorySample> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(QUERY);
    return {
      rssMB: await residentMB(pid),
      cpuSeconds: await cpuSeconds(pid),
      databaseMB: Number(rows[0]?.database),
      logEntries: Number(rows[0]?.entries),
    };
  } finally {
    await client.end();
  }
}
