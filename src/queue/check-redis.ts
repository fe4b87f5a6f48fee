/** The first connection to Redis: an operator's mistake becomes one line that names the fix. */
import { Redis } from 'ioredis';
import { StartupError } from '../errors.ts';

const CONNECT_MS = 5_000;

/** Throws StartupError when the server cannot be reached or refuses the password. */
export async function checkRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  let failure: Error | undefined;
  // The promise of connect() often says only "Connection is closed"; this says why.
  client.on('error', (error: Error) => {
    failure ??= error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw startupError(url, failure ?? error);
  } finally {
    client.disconnect();
  }
}

/** Never with the password. */
function startupError(url: string, cause: unknown): StartupError {
  const { protocol, host } = new URL(url);
  const reason = reasonOf(cause);
  const fix = /^(NOAUTH|WRONGPASS|NOPERM)|invalid password/.test(reason)
    ? 'the server refuses the user or the password; correct them'
    : `cannot be used: ${reason}; start the server or unset REDIS_URL to run the queue on PostgreSQL`;
  return new StartupError(`REDIS_URL ${protocol}//${host}: ${fix}`, { cause });
}

/** Node reports a host with several addresses as an AggregateError without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map(reasonOf).join(', ');
  }
  return error instanceof Error ? error.message : String(error);
}
