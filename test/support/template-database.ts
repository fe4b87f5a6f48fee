/** The migrated database that every test database is a copy of; migrations run once a test run. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../src/storage/migrate.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { seededRandom } from '../../src/timing/random.ts';
import { silentLogger } from './silent-logger.ts';

export interface Template {
  readonly name: string;
  drop(): Promise<void>;
}

export const uniqueName = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '')}`;

/** The same server, another database. */
export function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement on the server; `create database` and its like take no parameters. */
export async function execute(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function makeTemplate(server: string): Promise<Template> {
  const name = uniqueName('template');
  await execute(server, `create database ${name}`);
  await migrate(urlOf(server, name), { logger: silentLogger, clock: systemClock, random: seededRandom(1) });
  return { name, drop: () => execute(server, `drop database if exists ${name} with (force)`) };
}
