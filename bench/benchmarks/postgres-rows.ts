/** What the same Postgres does without Flotilla: the floor and the ceiling of every create. */
import pg from 'pg';
import type { Benchmark } from '../benchmark.ts';
import type { LoopReport } from '../load/closed-loop.ts';
import type { PostgresLoadOptions } from '../load/postgres-program.ts';

const SINGLE = { clients: 16, rowsPerStatement: 1 };
const BATCHED = { clients: 2, rowsPerStatement: 200 };

export const postgresRows: Benchmark = {
  name: 'postgres-rows',
  about:
    'Peer. 2.5 kB rows into a plain table with an index on the name, durable: 16 connections, one row a transaction; 2 connections, 200 rows a statement as binary arrays.',
  async prepare(context) {
    const { quick, seed } = context;
    const url = await context.createDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    context.defer(() => client.end());
    let tables = 0;
    const run = async (shape: typeof SINGLE): Promise<LoopReport> => {
      tables += 1;
      const table = `rows_${tables}`;
      await client.query(
        `CREATE TABLE ${table} (name text NOT NULL, body text STORAGE EXTERNAL NOT NULL) WITH (toast_tuple_target = 8160)`,
      );
      await client.query(`CREATE INDEX ON ${table} (name)`);
      const measuredMs = quick ? 1_000 : 5_000;
      const options: PostgresLoadOptions = { ...shape, url, seed, table, measuredMs, warmupMs: measuredMs / 4 };
      const report = await context.load<LoopReport>('postgres', options);
      await client.query(`DROP TABLE ${table}`);
      return report;
    };
    return async () => {
      const single = await run(SINGLE);
      const batched = await run(BATCHED);
      return [
        {
          what: 'single-row transactions',
          unit: 'rows/s',
          value: single.rate,
          better: 'higher',
          note: `p99 ${single.p99.toFixed(1)} ms`,
        },
        { what: 'batches of 200', unit: 'rows/s', value: batched.rate, better: 'higher' },
      ];
    };
  },
};
