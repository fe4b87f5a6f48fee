/** The first connection of a process: waits for a server that is starting, says what to mend otherwise. */
import pg from 'pg';
import { StartupError } from '../errors.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import { unlessAborted } from '../timing/unless-aborted.ts';
import { clientConfig } from './connection.ts';
import { sqlState } from './postgres-errors.ts';

/** A server that recovers after a crash answers "starting up" meanwhile. */
const START_WAIT_MS = 30_000;
const RETRY_MS = 250;

export async function connectForStart(
  url: string,
  { clock, random, signal }: { clock: Clock; random: Random; signal?: AbortSignal | undefined },
): Promise<pg.Client> {
  const end = clock.monotonic() + START_WAIT_MS;
  for (;;) {
    const client = createClient(url);
    try {
      await unlessAborted(client.connect(), signal);
      return client;
    } catch (error) {
      const ended = client.end().catch(() => undefined);
      // A connection that nobody answers ends with its time-out only.
      signal?.throwIfAborted();
      await ended;
      if (sqlState(error) !== '57P03' || clock.monotonic() > end) {
        throw startupError(client, error);
      }
      await clock.sleep(RETRY_MS * (0.5 + random.next()), signal);
    }
  }
}

function createClient(url: string): pg.Client {
  try {
    const client = new pg.Client({ ...clientConfig(url, 'start'), statement_timeout: 0, query_timeout: 0 });
    // A connection that breaks later fails the query that uses it.
    client.on('error', () => undefined);
    return client;
  } catch {
    // No cause: URL errors carry the whole text, password included.
    throw new StartupError(
      'DATABASE_URL is not a valid URL; it looks like postgres://user:password@host:5432/database',
    );
  }
}

/** Never with the password: only the parts that pg parsed. */
function startupError({ user, host, port, database }: pg.Client, cause: unknown): StartupError {
  const server = `postgres://${user}@${host}:${port}/${database}`;
  switch (sqlState(cause)) {
    case '28P01':
    case '28000':
      return new StartupError(`DATABASE_URL ${server}: the server refuses the user or the password; correct them`, {
        cause,
      });
    case '3D000':
      return new StartupError(
        `DATABASE_URL ${server}: there is no such database; create it with createdb ${database}`,
        {
          cause,
        },
      );
    default:
      return new StartupError(
        `DATABASE_URL ${server} cannot be reached: ${reasonOf(cause)}; ` +
          'start the server or unset DATABASE_URL to use the embedded one',
        { cause },
      );
  }
}

/** Node reports a host with several addresses as an AggregateError without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map(reasonOf).join(', ');
  }
  return error instanceof Error ? error.message : String(error);
}
