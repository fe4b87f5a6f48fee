/**
 * queue/: BullMQ as a doorbell. It decides where and when reconcilers run; the due table in Postgres decides what is
 * due. May import timing, errors; the only user of bullmq and ioredis. Never holds truth: flushing the queue costs
 * seconds (one sweep), nothing else. The contract for reconcilers is `reconciler.ts`, the engine `shard-runner.ts`.
 */
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import { withTimeLimit } from '../timing/time-limit.ts';
import { AlarmClock } from './alarm-clock.ts';
import { type BullQueue, connectBull, type QueueBackend } from './bull-connection.ts';
import { checkRedis } from './check-redis.ts';
import { createDoorbell } from './doorbell.ts';
import { FailureLog } from './failure-log.ts';
import { QUEUE_NAMES, type QueueName } from './queue-names.ts';
import type { Doorbell } from './reconciler.ts';
import { wakeUp } from './wake-up.ts';
import { startWorker, type WorkerHandle, type WorkerOptions } from './worker.ts';

export interface QueueOptions {
  readonly backend: QueueBackend;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Queue {
  readonly doorbell: Doorbell;
  startWorker(options: WorkerOptions): Promise<WorkerHandle>;
  /** Stops what still runs and closes every connection; bounded. */
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;
const RING_MS = 3_000;
const CLOSE_MS = 1_000;

/** Throws StartupError where the operator can mend it; rejects when the backend is not prepared within 10 s. */
export async function openQueue({ backend, logger, clock, random }: QueueOptions): Promise<Queue> {
  if (backend.kind === 'redis') {
    await checkRedis(backend.url);
  }
  const bull = connectBull(backend);
  const closing = new AbortController();
  const failures = new FailureLog(logger, clock, closing.signal);
  const open = (name: QueueName): BullQueue => {
    const queue = bull.queue(name);
    queue.on('error', (error) => failures.report(name, error, { queue: name }, 'queue error'));
    return queue;
  };
  const queues = { heartbeat: open('heartbeat'), kubelet: open('kubelet'), controllers: open('controllers') };
  const all = QUEUE_NAMES.map((name) => queues[name]);
  const close = (): Promise<unknown> =>
    withTimeLimit(Promise.all(all.map((queue) => queue.close())), CLOSE_MS, 'closing the queue', clock);
  try {
    const ready = Promise.all(all.map((queue) => queue.waitUntilReady()));
    await withTimeLimit(ready, CONNECT_MS, `connecting to the queue on ${backend.kind}`, clock);
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  const add = (name: QueueName, shards: readonly string[]): Promise<unknown> =>
    withTimeLimit(queues[name].addBulk(shards.map(wakeUp)), RING_MS, 'ringing', clock);
  const bell = createDoorbell(async (name, shards) => void (await add(name, shards)), clock, logger, closing.signal);
  // Of shards that no worker of this process serves.
  const later = new AlarmClock(clock, (shard) => bell.ring(shard));
  const workers: WorkerHandle[] = [];
  const doorbell: Doorbell = {
    ring: (shard, afterMs = 0) => {
      if (closing.signal.aborted) {
        return;
      }
      if (workers.some((worker) => worker.take(shard, afterMs))) {
        return;
      }
      afterMs > 0 ? later.bringForward(shard, afterMs) : bell.ring(shard);
    },
  };
  return {
    doorbell,
    async startWorker(options) {
      const around = { bull, heartbeats: queues.heartbeat, doorbell, clock, random, logger };
      const worker = await startWorker(options, around);
      workers.push(worker);
      return worker;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      later.clear();
      closing.abort();
      // A ring under way would find its connections ended.
      await withTimeLimit(bell.settled(), CLOSE_MS, 'the last rings', clock).catch(() => undefined);
      await close().catch((error: unknown) => logger.warn({ err: error }, 'queue did not close in time'));
    },
  };
}
