import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { queueSuite } from './backend-suite.ts';

describe('queue on Postgres', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** What a restore of an old backup does to the queue's tables. */
  const flush = async (namespace: string): Promise<void> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const tables = await client.query<{ name: string }>(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name
         from pg_tables where schemaname = $1 and tablename <> 'migration'`,
      [namespace],
    );
    await client.query(`truncate ${tables.rows.map(({ name }) => name).join(', ')}`);
    await client.end();
  };
  queueSuite(() => ({ backend: (namespace) => ({ kind: 'postgres', url: database.url, namespace }), flush }));
});
