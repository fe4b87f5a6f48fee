/** How every connection to Postgres is made: named, with all time-outs set, `error` events handled. */
import pg from 'pg';
import type { Logger } from '../logger.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** No statement of ours takes longer, short of a server in trouble; a list of 100,000 pods takes 2 s. */
const STATEMENT_TIMEOUT_MS = 30_000;
/**
 * Statements of a writing transaction follow each other at once. One that stands still is that of a process that was
 * paused, and all others wait for the counter's lock that it holds: not as long as their lock_timeout.
 */
const PAUSED_TRANSACTION_MS = 5_000;
const INT8_OID = 20;

/** Revisions and counts are safe integers: int8 as a number instead of pg's string. */
const types = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Look-ups in indexes only: a plan that was cached while a table was empty would scan it for long after. */
export const INDEX_ONLY = [
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'plan_cache_mode=force_generic_plan',
];

/** `role` shows in pg_stat_activity. `settings` are the session's, such as `enable_seqscan=off`. */
export function clientConfig(url: string, role: string, settings: readonly string[] = []): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: `flotilla ${role}`,
    types,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: STATEMENT_TIMEOUT_MS / 3,
    idle_in_transaction_session_timeout: PAUSED_TRANSACTION_MS,
    // The server answers first; this is for a server or a network that is gone without a word.
    query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
    options: ['synchronous_commit=on', 'jit=off', ...settings].map((setting) => `-c ${setting}`).join(' '),
  };
}

export interface PoolOptions {
  readonly role: string;
  readonly max: number;
  readonly settings?: readonly string[];
  readonly pipeline?: boolean;
  /** Longer only for transactions that hold no lock. */
  readonly idleInTransactionMs?: number;
  /** A statement takes as long as its reader does, who watches over it. */
  readonly unlimited?: boolean;
}

export function openPool(url: string, options: PoolOptions, logger: Logger): pg.Pool {
  const { role, max, settings, pipeline = false, idleInTransactionMs = PAUSED_TRANSACTION_MS } = options;
  const config = {
    ...clientConfig(url, role, settings),
    idle_in_transaction_session_timeout: idleInTransactionMs,
    ...(options.unlimited === true ? { statement_timeout: 0, query_timeout: 0 } : {}),
  };
  const pool = new pg.Pool({ ...config, max, pipeline });
  // Without listeners a connection that breaks ends the process. One in use fails its query too: that is reported.
  pool.on('error', (error) => {
    // pool.end() resolves before its connections have closed: an embedded server stopped right after it may be faster.
    if (!pool.ending) {
      logger.warn({ err: error, role }, 'an idle database connection was lost');
    }
  });
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
