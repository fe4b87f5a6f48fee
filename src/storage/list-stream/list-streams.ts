/**
 * list-stream/: a list of any length through COPY, in one repeatable-read snapshot together with its revision. Rows are
 * read from the socket when they are asked for, so a slow reader holds a piece of 64 KiB; one that asks for nothing for
 * longer than 30 s, or has not all after 3 minutes, loses the connection. May import pg and its neighbours in storage/. COPY because it took a third of
 * the CPU of a cursor's batches, on both sides: 114 MB in 0.2 s where FETCH needed 0.75 here and 0.55 in PostgreSQL.
 */
import type { Pool, PoolClient } from 'pg';
import { type StatusError, tooManyRequests } from '../../errors.ts';
import type { Clock } from '../../timing/clock.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import { Shares } from '../../timing/shares.ts';
import { waitInTime } from '../../timing/wait-in-time.ts';
import { CONNECTION_WAIT_MS } from '../lanes.ts';
import { copyStatement, countStatement, isCounted, isSelective, pageEndStatement } from '../list-query.ts';
import type { ListQuery, ListStream } from '../object-store.ts';
import { readFailed } from '../postgres-errors.ts';
import { ListCopy } from './list-copy.ts';

/**
 * Under way at once in a process: each holds a connection and, while it lasts, keeps vacuum from newer rows. One caller
 * has four at the most.
 */
const MAX_LIST_STREAMS = 5;
/** How long a client may be slow to take what it has before its connection is given up. */
const WAIT_MS = 30_000;
/** And for all of it: a few that read a piece now and then would keep everybody else from long lists. Kubernetes: 60 s. */
const TOTAL_MS = 180_000;
export const LIST_STREAM_POOL = { max: MAX_LIST_STREAMS, idleInTransactionMs: WAIT_MS, unlimited: true };
const MAX_WAITING = 16;
/** The others have what is left. */
const MAX_WAITING_OF_A_CALLER = 12;

const tooManyLists = (): StatusError =>
  tooManyRequests('too many long lists are being read, please try again later or use limit', 1);

export class ListStreams {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #places = new Shares(MAX_LIST_STREAMS, { lists: 0 });

  /** `pool`: of LIST_STREAM_POOL. */
  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** Throws 429 when too many others read or wait, 503 when the database cannot be read or the signal aborts. */
  async open(query: ListQuery, signal: AbortSignal): Promise<ListStream> {
    const client = await this.#enter(query.caller, signal);
    const giveBack = (): void => this.#places.give('lists', query.caller);
    const copy = new ListCopy(client, signal, { waitMs: WAIT_MS, totalMs: TOTAL_MS }, giveBack);
    try {
      const [revision, page] = await begin(copy.client, query);
      const batches = copy.batches(copyStatement(query));
      const first = await batches.next();
      return { revision, ...page, items: first.done === true ? [] : first.value, rest: batches };
    } catch (error) {
      copy.abandon(error);
      throw readFailed(error);
    }
  }

  async #enter(caller = '', signal: AbortSignal): Promise<PoolClient> {
    const waiting = this.#places.waiting('lists');
    if (waiting.size >= MAX_WAITING || waiting.sizeOf(caller) >= MAX_WAITING_OF_A_CALLER) {
      throw tooManyLists();
    }
    try {
      // A wait for a place that others hold is refused like a full queue. Who leaves takes none.
      await waitInTime(this.#clock, CONNECTION_WAIT_MS, tooManyLists, async (late) => {
        const given = new LinkedController(late, signal);
        await this.#places.take('lists', given.signal, caller).finally(() => given.release());
      });
    } catch (error) {
      throw readFailed(error);
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      this.#places.give('lists', caller);
      throw readFailed(error);
    }
  }
}

type Page = Pick<ListStream, 'next' | 'remaining'>;

/**
 * The first statement that reads takes the snapshot of all. A new table has no statistics: Postgres would write 131 MB of
 * 50,000 pods to disk to sort them, where the key's index has them in order.
 */
async function begin(client: PoolClient, query: ListQuery): Promise<[revision: number, page: Page]> {
  const results = await client.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL enable_sort = ${isSelective(query) ? 'on' : 'off'};
     SELECT current FROM revisions`,
  );
  const page = query.limit === undefined ? {} : await pageEnd(client, query, query.limit);
  return [revisionOf(results), page];
}

/** pg answers several statements with several results, which its types do not know. */
const revisionOf = (results: unknown): number =>
  (results as readonly { readonly rows: readonly { readonly current: number }[] }[]).at(-1)?.rows[0]?.current ?? 0;

async function pageEnd(client: PoolClient, query: ListQuery, limit: number): Promise<Page> {
  const { rows } = await client.query<{ namespace: string; name: string }>(pageEndStatement(query, limit));
  const [next, more] = rows;
  if (next === undefined || more === undefined) {
    return {};
  }
  if (!isCounted(query)) {
    return { next };
  }
  const counted = await client.query<{ count: number }>(countStatement({ ...query, after: next }));
  return { next, remaining: counted.rows[0]?.count ?? 0 };
}
