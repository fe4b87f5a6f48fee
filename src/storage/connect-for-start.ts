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

/** What to mend, by SQLSTATE. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const FIXES: Readonly<Record<string, (client: pg.Client, message: string) => string>> = {
  '28P01': () => 'the server refuses the user or the password; correct them',
  // pg_hba.conf has no line, or a line that rejects; also a role that does not exist under some methods.
  '28000': (_client, message) =>
    /no encryption|SSL off/.test(message)
      ? 'the server takes encrypted connections only; add ?sslmode=verify-full'
      : 'the server refuses this user from here; correct the user or let it in in pg_hba.conf',
  '3D000': ({ database }) => `there is no such database; create it with createdb ${database}`,
  '42501': ({ user, database }) => `the user may not connect; GRANT CONNECT ON DATABASE "${database}" TO "${user}"`,
  '53300': () => 'the server has no connection left; raise its max_connections or the limit of the user',
};

/** Without a code: pg's and Node's own words. */
const FIXES_BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/does not support SSL/, 'the server takes no encrypted connections; remove sslmode or set up TLS on the server'],
  [
    /certificate|altnames/i,
    'its certificate is not trusted; add sslrootcert=<file of its authority> or sslmode=no-verify',
  ],
  [
    /password must be a (non-empty )?string/,
    'the server asks for a password; add it after the user: user:password@host',
  ],
];

/** Never with the password: only the parts that pg parsed. */
function startupError(client: pg.Client, cause: unknown): StartupError {
  const { user, host, port, database } = client;
  const reason = reasonOf(cause);
  const fix =
    FIXES[sqlState(cause) ?? '']?.(client, reason) ??
    FIXES_BY_MESSAGE.find(([pattern]) => pattern.test(reason))?.[1] ??
    `it cannot be reached (${reason}); start the server or unset DATABASE_URL to use the embedded one`;
  return new StartupError(`DATABASE_URL postgres://${user}@${host}:${port}/${database}: ${fix}`, { cause });
}

/** Node reports a host with several addresses as an AggregateError without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map(reasonOf).join(', ');
  }
  return error instanceof Error ? error.message : String(error);
}
