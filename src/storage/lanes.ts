/**
 * Who may have how many of the store's connections. Kubelets and controllers can ask for as many as there are, and so can
 * one client with long lists: neither keeps a client from a get. Every statement of a lane holds one connection, once.
 * Users have turns within a lane where statements say whose they are.
 */
import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Clock } from '../timing/clock.ts';
import { Shares } from '../timing/shares.ts';
import { waitInTime } from '../timing/wait-in-time.ts';

/**
 * `gets` and `lists` are clients' reads; `work` is what kubelets and controllers send, but for what is due and what runtimes
 * remember, which have connections of their own.
 */
export type LaneName = 'gets' | 'lists' | 'work';

/** What statements are sent through. */
export interface Queries {
  /** `caller`: who waits in turn with others. Of those that name none, whoever asked first is first. */
  query<Row extends QueryResultRow>(statement: QueryConfig, caller?: string): Promise<QueryResult<Row>>;
}

export interface LaneOptions {
  readonly pool: Pool;
  /** Connections of the pool. */
  readonly size: number;
  /** Roles of this process: no connection is reserved for one that it does not have. */
  readonly serves: { readonly requests: boolean; readonly work: boolean };
  readonly clock: Clock;
}

/** Longest wait for a connection: as long as making a new one may take. */
export const CONNECTION_WAIT_MS = 5_000;

/** Connections reserved a lane: a fifth each. The other two fifths are for whichever lane needs them. */
export function laneShares(size: number, { requests, work }: LaneOptions['serves']): Record<LaneName, number> {
  const share = size < 3 ? 0 : Math.max(1, Math.floor(size / 5));
  return { gets: requests ? share : 0, lists: requests ? share : 0, work: work ? share : 0 };
}

export function openLanes({ pool, size, serves, clock }: LaneOptions): Record<LaneName, Queries> {
  const shares = new Shares<LaneName>(size, laneShares(size, serves));
  const lane = (name: LaneName): Queries => ({
    async query<Row extends QueryResultRow>(statement: QueryConfig, caller?: string) {
      if (!shares.takeFree(name, caller)) {
        const late = (): Error => new Error(`no connection to the database was free for ${name} in time`);
        await waitInTime(clock, CONNECTION_WAIT_MS, late, (signal) => shares.take(name, signal, caller));
      }
      try {
        return await pool.query<Row>(statement);
      } finally {
        shares.give(name, caller);
      }
    },
  });
  return { gets: lane('gets'), lists: lane('lists'), work: lane('work') };
}
