/**
 * Rings shards through BullMQ. Per queue at most one bulk add is under way and the next comes no sooner than `GAP_MS`
 * after it: the first ring leaves at once, a thousand rings of one shard meanwhile become one job.
 */
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';
import { FailureLog } from './failure-log.ts';
import { type QueueName, queueOf } from './queue-names.ts';

const GAP_MS = 10;

/** Adds one wake-up job a shard, unless one is waiting; a shard that is being woken is woken once more afterwards. */
export type AddWakeUps = (queue: QueueName, shards: readonly string[]) => Promise<void>;

interface Lane {
  readonly rung: Set<string>;
  flushing: boolean;
}

export interface BullDoorbell {
  ring(shard: string): void;
  /** Resolves when every ring so far has been sent or given up. */
  settled(): Promise<void>;
}

export function createDoorbell(add: AddWakeUps, clock: Clock, logger: Logger, signal: AbortSignal): BullDoorbell {
  const failures = new FailureLog(logger, clock, signal);
  const lanes = new Map<QueueName, Lane>();
  const flushes = new Set<Promise<void>>();

  const flush = async (queue: QueueName, lane: Lane): Promise<void> => {
    while (lane.rung.size > 0) {
      const shards = [...lane.rung];
      lane.rung.clear();
      try {
        await add(queue, shards);
      } catch (error) {
        failures.report(queue, error, { queue, shards: shards.length }, 'ring lost, the sweep will find the work');
      }
      // Closing ends the gap: what was rung in it, as workers that stop do, still leaves.
      await clock.sleep(GAP_MS, signal).catch(() => undefined);
    }
    lane.flushing = false;
  };

  return {
    ring(shard) {
      const queue = queueOf(shard);
      const lane = lanes.get(queue) ?? { rung: new Set(), flushing: false };
      lanes.set(queue, lane);
      lane.rung.add(shard);
      if (!lane.flushing && !signal.aborted) {
        lane.flushing = true;
        const flushed: Promise<void> = flush(queue, lane).finally(() => flushes.delete(flushed));
        flushes.add(flushed);
      }
    },
    async settled() {
      await Promise.all(flushes);
    },
  };
}
