/**
 * One BullMQ job scheduler for each shard that has leases to renew. Refreshed by the sweep: a flushed or lost
 * scheduler comes back, one without leases goes. While the queue cannot be reached the worker beats by itself.
 */
import type { Clock } from '../timing/clock.ts';
import { withTimeLimit } from '../timing/time-limit.ts';
import type { BullQueue } from './bull-connection.ts';

export interface HeartbeatSource {
  /** Shards that have leases to renew. */
  readonly shards: () => Promise<readonly string[]>;
  readonly everyMs: number;
  /** Renews a shard's leases; a repeat within the period writes nothing. */
  readonly run: (shard: string) => Promise<void>;
}

const LIMIT_MS = 5_000;
const PREFIX = 'heartbeat:';

/** Makes the schedulers match the shards. Throws when the queue does not answer. */
export async function refreshHeartbeats(
  queue: BullQueue,
  { everyMs }: Pick<HeartbeatSource, 'everyMs'>,
  shards: readonly string[],
  clock: Clock,
): Promise<void> {
  const existing = await withTimeLimit(queue.getJobSchedulers(), LIMIT_MS, 'listing heartbeats', clock);
  const isLate = ({ next = 0 }: { next?: number }): boolean => next <= clock.now() - 2 * everyMs;
  // Its next run was planned before the clock was set back: it would not come until then.
  const isFarOff = ({ next = 0 }: { next?: number }): boolean => next > clock.now() + 2 * everyMs;
  // One that is late has lost its job.
  const alive = existing.filter((one) => one.every === everyMs && !isLate(one) && !isFarOff(one));
  const known = new Set(alive.map(({ key }) => key));
  for (const { key } of existing.filter(isFarOff)) {
    await withTimeLimit(queue.removeJobScheduler(key), LIMIT_MS, 'removing a heartbeat', clock);
  }
  const wanted = new Map(shards.map((shard) => [`${PREFIX}${shard}`, shard]));
  for (const [key, shard] of wanted) {
    if (!known.has(key)) {
      const template = { name: 'beat', data: { shard }, opts: { removeOnComplete: true, removeOnFail: true } };
      const upsert = queue.upsertJobScheduler(key, { every: everyMs }, template);
      await withTimeLimit(upsert, LIMIT_MS, 'scheduling a heartbeat', clock);
    }
  }
  for (const { key } of existing) {
    if (!wanted.has(key)) {
      await withTimeLimit(queue.removeJobScheduler(key), LIMIT_MS, 'removing a heartbeat', clock);
    }
  }
}
