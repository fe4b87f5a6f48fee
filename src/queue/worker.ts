/** One worker of a process: BullMQ workers that wake shards and renew leases, the sweep, the alarms. */
import { setMaxListeners } from 'node:events';
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';
import { LinkedController } from '../timing/linked-controller.ts';
import type { Random } from '../timing/random.ts';
import { withTimeLimit } from '../timing/time-limit.ts';
import { AlarmClock } from './alarm-clock.ts';
import type { BullConnection, BullQueue, BullWorker } from './bull-connection.ts';
import { FailureLog } from './failure-log.ts';
import type { HeartbeatSource } from './heartbeats.ts';
import { type QueueName, queueOf } from './queue-names.ts';
import type { BatchReconciler, Doorbell, DueStore } from './reconciler.ts';
import { type RunnerStats, ShardRunner } from './shard-runner.ts';
import { type PeriodicKey, runSweeps } from './sweep.ts';

export interface WorkerOptions {
  /** Their names decide which shards, and so which queues, this worker serves. */
  readonly reconcilers: readonly BatchReconciler[];
  readonly due: DueStore;
  readonly heartbeat?: HeartbeatSource;
  readonly periodic: readonly PeriodicKey[];
  /** Unique among all workers that live, in this process and elsewhere. */
  readonly holder: string;
  readonly signal: AbortSignal;
}

export interface WorkerHandle {
  stats(): RunnerStats;
  /**
   * Sees to the shard, now or then, without a job: a run under way looks once more, a free worker begins one. False: it
   * does not serve the shard, or is busy.
   */
  take(shard: string, afterMs: number): boolean;
  /** Stops as the signal would; resolves within 2 s, whatever the reconcilers and the backend do. */
  stop(): Promise<void>;
}

interface Surroundings {
  readonly bull: BullConnection;
  readonly heartbeats: BullQueue;
  readonly doorbell: Doorbell;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** How many shards of each queue one process runs at the same time. */
const CONCURRENCY: Readonly<Record<QueueName, number>> = { heartbeat: 2, kubelet: 4, controllers: 16 };
/**
 * A worker runs a shard that was rung in its process, or by its own timer, without a job while fewer runs than these
 * are under way: a job is four statements of the backend. A busy worker adds it, for whoever is free.
 */
const OWN_RUNS = 4;
/** Keys that were given one moment are due a few milliseconds apart: they share a batch. */
const ALARM_GATHER_MS = 20;
const RUN_FAILED = 'run failed, the sweep will repeat it';
const DRAIN_MS = 1_000;
const CLOSE_MS = 700;

export async function startWorker(options: WorkerOptions, around: Surroundings): Promise<WorkerHandle> {
  const { reconcilers, due, heartbeat, periodic, holder } = options;
  const { doorbell, clock, random, logger } = around;
  const stopping = new LinkedController(options.signal);
  const { signal } = stopping;
  // Each shard that runs or rests listens to it: more than ten is no leak.
  setMaxListeners(0, signal);
  const failures = new FailureLog(logger, clock, signal);
  const alarms = new AlarmClock(clock, (shard) => {
    // Only then is it looked at who is free: each run of those that gathered counts for the next. A worker that stops
    // meanwhile leaves the ring to others.
    const rung = (): void => doorbell.ring(shard);
    void clock.sleep(ALARM_GATHER_MS, signal).then(rung, rung);
  });
  const runner = new ShardRunner({ reconcilers, due, holder, alarms, doorbell, clock, random, logger, signal });
  const take = (shard: string, afterMs: number): boolean => {
    if (signal.aborted || !runner.serves(shard)) {
      return false;
    }
    if (afterMs > 0) {
      runner.expect(shard, afterMs);
      return true;
    }
    if (runner.join(shard)) {
      return true;
    }
    const isFree = runner.size < OWN_RUNS;
    if (isFree) {
      runner.run(shard).catch((error: unknown) => failures.report('own run', error, { shard }, RUN_FAILED));
    }
    return isFree;
  };
  const workers = await openWorkers(options, around, runner, failures);
  const sweeps = runSweeps({
    ...{ due, runner, alarms, doorbell, periodic, clock, random, failures, signal },
    ...(heartbeat === undefined ? {} : { heartbeat: { ...heartbeat, queue: around.heartbeats } }),
  });

  const shutDown = async (): Promise<void> => {
    alarms.clear();
    const drained = Promise.all([runner.idle(), sweeps]);
    await withTimeLimit(drained, DRAIN_MS, 'draining', clock).catch(() => undefined);
    const closed = Promise.all(workers.map((worker) => worker.close(true)));
    await withTimeLimit(closed, CLOSE_MS, 'closing', clock).catch((error: unknown) => {
      logger.warn({ err: error }, 'worker did not close in time');
    });
    alarms.clear();
  };
  const stopped = new Promise<void>((resolve) => {
    const stop = (): void => void shutDown().then(resolve);
    signal.aborted ? stop() : signal.addEventListener('abort', stop, { once: true });
  });
  return {
    stats: () => runner.stats(),
    take,
    stop: () => {
      stopping.abort();
      return stopped;
    },
  };
}

async function openWorkers(
  { reconcilers, heartbeat }: WorkerOptions,
  { bull, clock, logger }: Surroundings,
  runner: ShardRunner,
  failures: FailureLog,
): Promise<BullWorker[]> {
  const open = (name: QueueName, run: (shard: string) => Promise<void>): BullWorker => {
    const wake = async (shard: string): Promise<void> =>
      run(shard).catch((error: unknown) => {
        // A failed job would only fill the backend: what is due stays due, and the sweep rings again.
        failures.report(`run ${name}`, error, { shard }, RUN_FAILED);
      });
    const worker = bull.worker(name, ({ data }) => wake(data.shard), CONCURRENCY[name]);
    worker.on('error', (error) => failures.report(name, error, { queue: name }, 'queue worker error'));
    return worker;
  };
  const names = new Set(reconcilers.map(({ name }) => queueOf(name)));
  const workers = [...names].map((name) => open(name, (shard) => runner.run(shard)));
  if (heartbeat !== undefined) {
    workers.push(open('heartbeat', (shard) => heartbeat.run(shard)));
  }
  const ready = Promise.all(workers.map((worker) => worker.waitUntilReady()));
  await withTimeLimit(ready, READY_MS, 'connecting queue workers', clock).catch((error: unknown) => {
    logger.warn({ err: error }, 'queue workers are not connected yet, the sweep runs without them');
  });
  return workers;
}

const READY_MS = 10_000;
