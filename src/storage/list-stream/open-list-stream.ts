/**
 * list-stream/: a list of any length through a cursor, in one repeatable-read snapshot together with its revision.
 * Rows are fetched when they are asked for, so a slow reader holds one batch; one that asks for nothing for longer
 * than 30 s loses the connection. May import pg and its neighbours in storage/.
 */
import type { Pool, PoolClient } from 'pg';
import { type StatusError, tooManyRequests } from '../../errors.ts';
import { countStatement, cursorStatement, pageEndStatement } from '../list-query.ts';
import type { ListQuery, ListStream } from '../object-store.ts';
import { readFailed } from '../postgres-errors.ts';
import { ListCursor } from './list-cursor.ts';

/** Under way at once in a process: each holds a connection and, while it lasts, keeps vacuum from newer rows. */
const MAX_LIST_STREAMS = 4;
/** How long a client may be slow to take what it has before its connection is given up. */
const IDLE_MS = 30_000;
export const LIST_STREAM_POOL = { max: MAX_LIST_STREAMS, idleInTransactionMs: IDLE_MS };
const MAX_WAITING = 16;

const tooManyLists = (): StatusError =>
  tooManyRequests('too many long lists are being read, please try again later or use limit', 1);

/** Throws 429 when too many others read or wait, 503 when the database cannot be read. */
export async function openListStream(pool: Pool, query: ListQuery, signal: AbortSignal): Promise<ListStream> {
  if (pool.waitingCount >= MAX_WAITING) {
    throw tooManyLists();
  }
  const client = await connect(pool);
  const cursor = new ListCursor(client, signal);
  try {
    const [revision, page] = await begin(client, query);
    const items = await cursor.fetch();
    return { revision, ...page, items, rest: cursor.batches() };
  } catch (error) {
    cursor.abandon(error);
    throw readFailed(error);
  }
}

/** A wait for a connection that others hold is refused like a full queue; pg tells it by its text alone. */
async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    const isFull =
      pool.totalCount >= MAX_LIST_STREAMS && error instanceof Error && /^timeout exceeded/.test(error.message);
    throw isFull ? tooManyLists() : readFailed(error);
  }
}

type Page = Pick<ListStream, 'next' | 'remaining'>;

/** The statements go out together; the first that reads takes the snapshot of all. */
async function begin(client: PoolClient, query: ListQuery): Promise<[revision: number, page: Page]> {
  const [, { rows }] = await Promise.all([
    client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY'),
    client.query<{ current: number }>('SELECT current FROM revisions'),
    client.query(cursorStatement(ListCursor.NAME, query)),
  ]);
  const page = query.limit === undefined ? {} : await pageEnd(client, query, query.limit);
  return [rows[0]?.current ?? 0, page];
}

async function pageEnd(client: PoolClient, query: ListQuery, limit: number): Promise<Page> {
  const { rows } = await client.query<{ namespace: string; name: string }>(pageEndStatement(query, limit));
  const [next, more] = rows;
  if (next === undefined || more === undefined) {
    return {};
  }
  const counted = await client.query<{ count: number }>(countStatement({ ...query, after: next }));
  return { next, remaining: counted.rows[0]?.count ?? 0 };
}
