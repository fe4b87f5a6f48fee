/**
 * Brings the database to this release's schema: checks that the server can be used at all, then applies what
 * `migrations/` has that the database has not. Any number of processes may start at once; a lock lets one migrate.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';
import { StartupError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import { connectForStart } from './connect-for-start.ts';
import { sqlState } from './postgres-errors.ts';

const OLDEST_VERSION = 14;
/** Of the advisory lock: any number that no other program uses in this database. */
const LOCK_ID = 7_305_001;
/** Longest wait for another process that migrates. */
const LOCK_WAIT_MS = 60_000;
const LOCK_POLL_MS = 200;

export interface MigrateOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  /** Abandons the start. */
  readonly signal?: AbortSignal | undefined;
}

export async function migrate(url: string, options: MigrateOptions): Promise<void> {
  const client = await connectForStart(url, options);
  try {
    await checkVersion(client);
    await lock(client, options);
    const before = options.clock.monotonic();
    await applyMigrations(drizzle(client), { migrationsFolder: migrationsFolder() });
    options.logger.debug({ ms: Math.round(options.clock.monotonic() - before) }, 'database schema is up to date');
  } catch (error) {
    throw explain(client, error);
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

/** How many migrations there are in this release. */
export const migrationCount = (): number => readMigrationFiles({ migrationsFolder: migrationsFolder() }).length;

function explain({ user, database }: pg.Client, error: unknown): unknown {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  switch (sqlState(cause)) {
    case '42501':
      return new StartupError(
        `DATABASE_URL: user "${user}" may not create tables in "${database}"; ` +
          'grant CREATE on the database and on its schema public',
        { cause: error },
      );
    case '25006':
      return new StartupError(
        `DATABASE_URL: "${database}" is read-only (a standby, or default_transaction_read_only); name the primary`,
        { cause: error },
      );
    default:
      return error;
  }
}

async function checkVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string; text: string }>(
    "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text",
  );
  if (Number(rows[0]?.number) < OLDEST_VERSION * 10_000) {
    throw new StartupError(
      `PostgreSQL ${rows[0]?.text} is too old; Flotilla needs ${OLDEST_VERSION} or newer: upgrade the server or ` +
        'unset DATABASE_URL to use the embedded one',
    );
  }
}

/** Polls: a statement that waits for the lock would hold a snapshot all the while, and run into its time-out. */
async function lock(client: pg.Client, { clock, random, signal }: MigrateOptions): Promise<void> {
  const end = clock.monotonic() + LOCK_WAIT_MS;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_ID]);
    if (rows[0]?.locked === true) {
      return;
    }
    if (clock.monotonic() > end) {
      throw new StartupError('another Flotilla has been migrating this database for a minute; stop it and try again');
    }
    await clock.sleep(LOCK_POLL_MS * (0.5 + random.next()), signal);
  }
}

/** `migrations/` is beside `dist/` in a package, and two levels up from this file in the sources. */
function migrationsFolder(): string {
  const candidates = ['../migrations', '../../migrations'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = candidates.find((path) => existsSync(`${path}/meta/_journal.json`));
  if (found === undefined) {
    throw new StartupError(
      `the folder migrations/ is missing (looked for ${candidates.join(' and ')}); reinstall Flotilla`,
    );
  }
  return found;
}
