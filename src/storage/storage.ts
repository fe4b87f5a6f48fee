/**
 * storage/: everything that Flotilla keeps, on Postgres, and the only user of pg and drizzle. It offers the contract
 * of `object-store.ts` and implements those that queue/, registry/, runtimes/ and auth/ state, without importing them.
 * It may import values/, timing/ and errors; it knows no kind but the Lease of a node, and decides no policy.
 */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from '../logger.ts';
import { Bell } from '../timing/bell.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import { ApiAddresses } from './api-addresses.ts';
import { ApiAuthorities } from './api-authorities.ts';
import { GroupCommit } from './commit/group-commit.ts';
import { INDEX_ONLY, openPool } from './connection.ts';
import { PostgresChangeFeed } from './feed/change-feed.ts';
import { ChangeLog, type Revisions } from './feed/change-log.ts';
import { type Retention, runCompactions } from './feed/compaction.ts';
import { changeEntry, type LogEntry } from './feed/log-entry.ts';
import { extendLog, partitionSize } from './feed/log-partitions.ts';
import { listenForChanges, tailChangeLog } from './feed/tailer.ts';
import { type FixedSettings, fixSettings, settleClientAuthority } from './fixed-settings.ts';
import { type LaneOptions, openLanes } from './lanes.ts';
import { LIST_STREAM_POOL, ListStreams } from './list-stream/list-streams.ts';
import type { Change, ChangeFeed, ObjectStore } from './object-store.ts';
import { PostgresDueStore } from './postgres-due-store.ts';
import { PostgresNodeLeases } from './postgres-node-leases.ts';
import { PostgresObjectStore } from './postgres-object-store.ts';
import { PostgresRuntimeStates } from './postgres-runtime-states.ts';
import { PostgresTokenStore } from './postgres-token-store.ts';

export interface StorageOptions {
  readonly url: string;
  /**
   * Connections for reads and small writes; beside them four for what is due and what runtimes remember, one for group
   * commits, one that listens, a few for the change log and long lists.
   */
  readonly poolSize: number;
  /** Default: both. */
  readonly serves?: LaneOptions['serves'];
  readonly shards: number;
  readonly retention: Retention;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Storage extends FixedSettings {
  /** For kubelets and controllers. */
  readonly objects: ObjectStore;
  /** The same for requests of clients, who wait for none of the others: see lanes.ts. */
  readonly requestObjects: ObjectStore;
  readonly feed: ChangeFeed;
  readonly due: PostgresDueStore;
  readonly nodeLeases: PostgresNodeLeases;
  readonly runtimeStates: PostgresRuntimeStates;
  readonly tokens: PostgresTokenStore;
  readonly apiAuthorities: ApiAuthorities;
  readonly apiAddresses: ApiAddresses;
  readonly settleClientAuthority: (offered: string, instead?: string) => Promise<string>;
  /** Rejects when Postgres does not answer within 2 s. */
  ping(): Promise<void>;
  /** Answers what was taken, ends the feed's readers and all connections; takes no longer than about 5 s. */
  close(): Promise<void>;
}

const ANSWER_MS = 3_000;
const BACKGROUND_MS = 1_000;
const DISCONNECT_MS = 1_000;
const PING_MS = 2_000;
/** For all readers that fell behind: those who are equally far share what they read. */
const LOG_READERS = 2;
/** For what is due and what runtimes remember: short statements, each by keys. */
const BY_KEY = 4;

interface Pools {
  readonly pool: Pool;
  readonly byKey: Pool;
  readonly writer: Pool;
  readonly streams: Pool;
  readonly logs: Pool;
  readonly tail: Pool;
}
const endAll = (pools: Pools): Promise<unknown> => Promise.all(Object.values(pools).map((one: Pool) => one.end()));

/** The database must have been migrated. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { url, poolSize, logger } = options;
  const pool = openPool(url, { role: 'reader', max: poolSize }, logger);
  const byKey = openPool(url, { role: 'work by key', max: BY_KEY, settings: INDEX_ONLY }, logger);
  const streams = openPool(url, { ...LIST_STREAM_POOL, role: 'list stream' }, logger);
  const writer = openPool(url, { role: 'writer', max: 1, settings: INDEX_ONLY, pipeline: true }, logger);
  const logs = openPool(url, { role: 'log reader', max: LOG_READERS, settings: INDEX_ONLY }, logger);
  const tail = openPool(url, { role: 'tailer', max: 1, settings: INDEX_ONLY }, logger);
  const pools = { pool, byKey, writer, streams, logs, tail };
  try {
    const fixed = await fixSettings(pool, options.shards);
    const revisions = await new ChangeLog(logs).revisions();
    return compose(options, pools, fixed, revisions);
  } catch (error) {
    await endAll(pools);
    throw error;
  }
}

function compose(options: StorageOptions, pools: Pools, fixed: FixedSettings, revisions: Revisions): Storage {
  const { clock, random, logger } = options;
  const { pool, byKey, writer } = pools;
  const streams = new ListStreams(pools.streams, clock);
  const log = new ChangeLog(pools.logs);
  const wakeUp = new Bell();
  const feed = new PostgresChangeFeed(log, revisions, () => wakeUp.ring());
  const origin = randomUUID();
  const publish = (entries: readonly LogEntry[]): void => {
    if (!feed.publish(entries)) {
      wakeUp.ring();
    }
  };
  const onCommitted = (changes: readonly Change[]): void => publish(changes.map(changeEntry));
  const size = partitionSize(options.retention.revisions);
  const extend = (): Promise<void> => extendLog(pool, size);
  const { poolSize, serves = { requests: true, work: true } } = options;
  const { gets, lists, work } = openLanes({ pool, size: poolSize, serves, clock });
  const commits = new GroupCommit({ pool: writer, clock, random, extendLog: extend, origin, onCommitted });
  const stop = new AbortController();
  const common = { ...options, origin, pool, feed, log, wakeUp, signal: stop.signal };
  const background = Promise.all([
    tailChangeLog({ ...common, log: new ChangeLog(pools.tail) }),
    listenForChanges(common),
    runCompactions({ ...common, partitionSize: size }),
  ]);

  const close = async (): Promise<void> => {
    const onLate = (error: unknown): void => logger.warn({ err: error }, 'the database is slow, closing without it');
    feed.close();
    await within(clock, ANSWER_MS, commits.close()).catch(onLate);
    stop.abort();
    // First whoever uses the pools, then the pools: a query on an ended pool fails.
    await within(clock, BACKGROUND_MS, background).catch(onLate);
    await within(clock, DISCONNECT_MS, endAll(pools)).catch(onLate);
  };
  let closing: Promise<void> | undefined;
  return {
    objects: new PostgresObjectStore({ gets: work, lists: work, commits, log, streams }),
    requestObjects: new PostgresObjectStore({ gets, lists, commits, log, streams }),
    feed,
    due: new PostgresDueStore(byKey),
    nodeLeases: new PostgresNodeLeases(
      work,
      origin,
      (revision, shard) => publish([log.renewal(revision, shard)]),
      extend,
    ),
    runtimeStates: new PostgresRuntimeStates(byKey),
    tokens: new PostgresTokenStore(pool),
    apiAuthorities: new ApiAuthorities(pool),
    apiAddresses: new ApiAddresses(pool),
    settleClientAuthority: (offered, instead) => settleClientAuthority(pool, offered, instead),
    ...fixed,
    ping: () => within(clock, PING_MS, pool.query('SELECT 1')).then(() => undefined),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Rejects when `work` takes longer. */
async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then(() => {
    throw new Error(`the database did not answer within ${ms} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
