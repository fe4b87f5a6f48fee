import { expect, test } from 'vitest';
import { ManualClock, settle } from '../../test/support/manual-clock.ts';
import { MemoryDueStore } from '../../test/support/memory-due-store.ts';
import { nothing, SHARD } from '../../test/support/shard-world.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { seededRandom } from '../timing/random.ts';
import type { BullConnection, BullQueue } from './bull-connection.ts';
import type { BatchReconciler } from './reconciler.ts';
import { startWorker } from './worker.ts';

/** A worker on a backend that has no jobs. */
async function world(reconcileBatch: BatchReconciler['reconcileBatch'] = async () => nothing) {
  const clock = new ManualClock();
  const due = new MemoryDueStore(() => clock.monotonic());
  const rings: string[] = [];
  const unasked = (): Promise<never> => Promise.reject(new Error('nobody should ask for it'));
  const queue: BullQueue = {
    ...{ addBulk: unasked, getJobSchedulers: unasked, removeJobScheduler: unasked, upsertJobScheduler: unasked },
    ...{ close: unasked, waitUntilReady: unasked, on: () => undefined },
  };
  const bull: BullConnection = {
    queue: () => queue,
    worker: () => ({ on: () => undefined, close: async () => undefined, waitUntilReady: async () => undefined }),
  };
  const worker = await startWorker(
    {
      ...{ reconcilers: [{ name: SHARD, reconcileBatch }], due, periodic: [], holder: 'a' },
      signal: new AbortController().signal,
    },
    {
      ...{ bull, heartbeats: queue, clock, random: seededRandom(1), logger: silentLogger },
      doorbell: { ring: (shard) => rings.push(shard) },
    },
  );
  return { clock, due, rings, worker };
}

test('a worker that stops rings for what its alarms had just rung', async () => {
  const { clock, rings, worker } = await world();
  expect(worker.take(SHARD, 100)).toBe(true);
  await clock.advance(110);
  expect(rings).toEqual([]);
  await worker.stop();
  expect(rings).toEqual([SHARD]);
});

test('a worker that stops rings for a shard that it was to look at when another lets go of it', async () => {
  const { clock, due, rings, worker } = await world();
  await due.claim(SHARD, 'another', 3_600_000, 0);
  expect(worker.take(SHARD, 0)).toBe(true);
  await clock.advance(1);
  expect(worker.stats().busy).toBe(1);
  expect(worker.take(SHARD, 0)).toBe(true);
  await worker.stop();
  expect(rings).toEqual([SHARD]);
});

test('a worker that stops does not ring for what is due later', async () => {
  const { clock, rings, worker } = await world();
  expect(worker.take(SHARD, 100)).toBe(true);
  await worker.stop();
  await clock.advance(1_000);
  expect(rings).toEqual([]);
});

test('a worker that stops rings for a shard that it began without a job, and did not finish', async () => {
  const { clock, due, rings, worker } = await world(async (_, { signal }) => {
    await clock.sleep(60_000, signal).catch(() => undefined);
    return nothing;
  });
  // Its first sweep would join the run.
  await settle();
  await due.add([{ shard: SHARD, key: 'k' }]);
  expect(worker.take(SHARD, 0)).toBe(true);
  await settle();
  await worker.stop();
  expect(worker.stats().cutShort).toBe(1);
  expect(due.dueIn(SHARD, 'k')).toBe(0);
  expect(rings).toEqual([SHARD]);
});
