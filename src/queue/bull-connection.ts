/** BullMQ on Postgres or on Redis, behind one pair of constructors. The only file that knows the difference. */
import { type Job, Queue as RedisQueue, Worker as RedisWorker, type WorkerOptions, withBackend } from 'bullmq';
import { postgresBackend } from './postgres-backend.ts';

export type QueueBackend = PostgresQueue | RedisQueueServer;
export interface PostgresQueue {
  readonly kind: 'postgres';
  readonly url: string;
  /** The schema; each fleet has a database of its own, so that only tests need another. */
  readonly namespace?: string;
}
export interface RedisQueueServer {
  readonly kind: 'redis';
  readonly url: string;
  /** What all keys begin with: other fleets, and other programs, may use the same server. */
  readonly namespace: string;
}

export type WakeUp = { readonly shard: string };
export type BullQueue = Pick<
  RedisQueue<WakeUp>,
  'addBulk' | 'upsertJobScheduler' | 'removeJobScheduler' | 'getJobSchedulers' | 'close' | 'waitUntilReady'
> & { on(event: 'error', listener: (error: Error) => void): unknown };
export interface BullWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
  waitUntilReady(): Promise<unknown>;
}
export type Process = (job: Job<WakeUp>) => Promise<void>;

export interface BullConnection {
  queue(name: string): BullQueue;
  worker(name: string, process: Process, concurrency: number): BullWorker;
}

const SCHEMA = 'flotilla_queue';
/** Unbounded, one queue and one worker held 14 to 24 connections. Idle ones close after 10 s. */
const PRODUCER_POOL = 2;
const WORKER_POOL = 3;

/**
 * A job is only a ring: nothing is kept of it, and one that a dead worker held is taken over as often as it takes.
 * The shard's own lease arbitrates, so a take-over too early does no harm.
 */
const workerOptions = (concurrency: number) =>
  ({
    concurrency,
    lockDuration: 15_000,
    stalledInterval: 10_000,
    maxStalledCount: 1_000_000,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  }) satisfies Partial<WorkerOptions>;

export function connectBull(backend: QueueBackend): BullConnection {
  return backend.kind === 'postgres' ? onPostgres(backend) : onRedis(backend);
}

function onPostgres({ url, namespace = SCHEMA }: PostgresQueue): BullConnection {
  const { Queue, Worker } = withBackend(postgresBackend);
  const connection = (max: number) => ({ connectionString: url, schema: namespace, migrate: true, max });
  return {
    queue: (name) => new Queue<WakeUp>(name, { connection: connection(PRODUCER_POOL) }),
    worker: (name, process, concurrency) =>
      new Worker<WakeUp>(name, process, { ...workerOptions(concurrency), connection: connection(WORKER_POOL) }),
  };
}

function onRedis({ url, namespace }: RedisQueueServer): BullConnection {
  return {
    // Without an offline queue a ring fails at once while Redis is away, and the sweep takes over.
    queue: (name) =>
      new RedisQueue<WakeUp>(name, { connection: { url, enableOfflineQueue: false }, prefix: namespace }),
    worker: (name, process, concurrency) =>
      new RedisWorker<WakeUp>(name, process, {
        ...workerOptions(concurrency),
        connection: { url, maxRetriesPerRequest: null },
        prefix: namespace,
      }),
  };
}
