/** What the queue promises on either backend; run by postgres.test.ts and redis.test.ts. */
import { afterEach, expect, test } from 'vitest';
import type { Logger } from '../../../src/logger.ts';
import { connectBull, type QueueBackend } from '../../../src/queue/bull-connection.ts';
import { openQueue, type Queue } from '../../../src/queue/queue.ts';
import type { BatchReconciler } from '../../../src/queue/reconciler.ts';
import { wakeUp } from '../../../src/queue/wake-up.ts';
import type { WorkerHandle, WorkerOptions } from '../../../src/queue/worker.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { MemoryDueStore } from '../../support/memory-due-store.ts';

const SHARD = 'controller/test';
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};

export interface BackendUnderTest {
  backend(namespace: string): QueueBackend;
  /** Makes the backend forget everything at once. */
  flush?: (namespace: string) => Promise<void>;
}

let serial = 0;
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

export function queueSuite(start: () => BackendUnderTest): void {
  const open: Queue[] = [];
  const newQueue = async (namespace: string): Promise<Queue> => {
    const backend = start().backend(namespace);
    const queue = await openQueue({ backend, logger: quiet, clock: systemClock, random: seededRandom(1) });
    open.push(queue);
    return queue;
  };
  const namespaceOf = (): string => {
    serial += 1;
    return `q${process.pid}_${serial}`;
  };
  const work = (
    queue: Queue,
    due: MemoryDueStore,
    reconcileBatch: BatchReconciler['reconcileBatch'],
    more: Partial<WorkerOptions> = {},
  ): Promise<WorkerHandle> =>
    queue.startWorker({
      ...{ reconcilers: [{ name: SHARD, reconcileBatch }], due, periodic: [], holder: 'w1' },
      ...{ signal: new AbortController().signal, ...more },
    });
  const dueNow = () => new MemoryDueStore(() => performance.now());
  /** What sweeps find would hide a lost ring, so these tests have none to find. */
  class Unswept extends MemoryDueStore {
    override async dueShards(): Promise<string[]> {
      return [];
    }
  }

  afterEach(async () => {
    await Promise.all(open.splice(0).map((queue) => queue.close()));
  });

  test('a ring from another process wakes the worker of the shard', async () => {
    const namespace = namespaceOf();
    const due = new Unswept(() => performance.now());
    const seen: string[] = [];
    const [api, worker] = [await newQueue(namespace), await newQueue(namespace)];
    await work(worker, due, async (keys) => {
      seen.push(...keys.map(({ key }) => key));
      return new Map();
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    api.doorbell.ring(SHARD);
    await until(() => seen.length === 1);
    expect(seen).toEqual(['k']);
  });

  test('a ring in the process of the worker is run there, and not before its time', async () => {
    const due = new Unswept(() => performance.now());
    const queue = await newQueue(namespaceOf());
    const seen: { key: string; at: number }[] = [];
    const worker = await work(queue, due, async (keys) => {
      seen.push(...keys.map(({ key }) => ({ key, at: performance.now() })));
      return new Map();
    });
    await due.add([{ shard: SHARD, key: 'now' }]);
    queue.doorbell.ring(SHARD);
    await until(() => seen.length === 1);
    const added = performance.now();
    await due.add([{ shard: SHARD, key: 'later', afterMs: 100 }]);
    queue.doorbell.ring(SHARD, 100);
    await until(() => seen.length === 2);
    expect((seen[1]?.at ?? 0) - added).toBeGreaterThanOrEqual(100);
    // Not one look at nothing: every run found its key.
    expect(worker.stats()).toMatchObject({ runs: 2, keys: 2 });
  });

  test('a worker with four shards under way leaves the fifth to a job', async () => {
    const due = new Unswept(() => performance.now());
    const queue = await newQueue(namespaceOf());
    const shards = [1, 2, 3, 4, 5].map((number) => `${SHARD}/${number}`);
    const begun: string[] = [];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const worker = await work(queue, due, async (_, { lease }) => {
      begun.push(lease.shard);
      await finished;
      return new Map();
    });
    await due.add(shards.map((shard) => ({ shard, key: 'k' })));
    try {
      expect(shards.map((shard) => worker.take(shard, 0))).toEqual([true, true, true, true, false]);
      expect(worker.take('controller/of-another', 0)).toBe(false);
      queue.doorbell.ring(`${SHARD}/5`);
      await until(() => begun.length === 5);
    } finally {
      finish();
    }
  });

  test('a ring for later from another process comes then', async () => {
    const namespace = namespaceOf();
    const due = new Unswept(() => performance.now());
    const [api, worker] = [await newQueue(namespace), await newQueue(namespace)];
    const seen: string[] = [];
    const handle = await work(worker, due, async (keys) => {
      seen.push(...keys.map(({ key }) => key));
      return new Map();
    });
    await due.add([{ shard: SHARD, key: 'later', afterMs: 100 }]);
    api.doorbell.ring(SHARD, 100);
    api.doorbell.ring(SHARD, 5_000);
    await until(() => seen.length === 1);
    expect(handle.stats()).toMatchObject({ keys: 1 });
  });

  test('five rings during a run are exactly one more run afterwards', async () => {
    const backend = start().backend(namespaceOf());
    const bull = connectBull(backend);
    const queue = bull.queue('kubelet');
    let finish: () => void = () => undefined;
    const runs: string[] = [];
    const process = async ({ data }: { data: { shard: string } }): Promise<void> => {
      runs.push(data.shard);
      if (runs.length === 1) {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
      }
    };
    const worker = bull.worker('kubelet', process, 4);
    try {
      await queue.addBulk([wakeUp('kubelet/1')]);
      await until(() => runs.length === 1);
      for (let i = 0; i < 5; i += 1) {
        await queue.addBulk([wakeUp('kubelet/1')]);
      }
      // Another shard is not held up, and its run shows that the five had their chance to run at once.
      await queue.addBulk([wakeUp('kubelet/2')]);
      await until(() => runs.length === 2);
      expect(runs).toEqual(['kubelet/1', 'kubelet/2']);
      finish();
      await until(() => runs.length === 3);
      await queue.addBulk([wakeUp('kubelet/3')]);
      await until(() => runs.includes('kubelet/3'));
      expect(runs).toEqual(['kubelet/1', 'kubelet/2', 'kubelet/1', 'kubelet/3']);
    } finally {
      finish();
      await worker.close(true);
      await queue.close();
    }
  });

  test('many rings of many shards all arrive', async () => {
    const namespace = namespaceOf();
    const due = new Unswept(() => performance.now());
    const queue = await newQueue(namespace);
    const seen = new Set<string>();
    await work(queue, due, async (keys, { lease }) => {
      for (const { key } of keys) {
        seen.add(`${lease.shard} ${key}`);
      }
      return new Map();
    });
    for (let i = 0; i < 200; i += 1) {
      const shard = `${SHARD}/${i % 20}`;
      await due.add([{ shard, key: `k${i}` }]);
      queue.doorbell.ring(shard);
    }
    await until(() => seen.size === 200);
    expect(seen.size).toBe(200);
  });

  test('two workers never act on one shard at the same time', async () => {
    const namespace = namespaceOf();
    const due = dueNow();
    const [one, two] = [await newQueue(namespace), await newQueue(namespace)];
    let acting = 0;
    let most = 0;
    const done = new Set<string>();
    const act: BatchReconciler['reconcileBatch'] = async (keys) => {
      acting += 1;
      most = Math.max(most, acting);
      await new Promise((resolve) => setTimeout(resolve, 3));
      acting -= 1;
      for (const { key } of keys) {
        done.add(key);
      }
      return new Map();
    };
    await work(one, due, act, { holder: 'w1' });
    await work(two, due, act, { holder: 'w2' });
    for (let i = 0; i < 150; i += 1) {
      await due.add([{ shard: SHARD, key: `k${i}` }]);
      (i % 2 === 0 ? one : two).doorbell.ring(SHARD);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => done.size === 150);
    expect(most).toBe(1);
  });

  test('heartbeats come again and again, for every shard that has leases', async () => {
    const queue = await newQueue(namespaceOf());
    const beats = new Map<string, number>();
    const heartbeat = {
      shards: async () => ['kubelet/0', 'kubelet/1'],
      everyMs: 100,
      run: async (shard: string) => void beats.set(shard, (beats.get(shard) ?? 0) + 1),
    };
    await work(queue, dueNow(), async () => new Map(), { heartbeat });
    await until(() => (beats.get('kubelet/0') ?? 0) >= 3 && (beats.get('kubelet/1') ?? 0) >= 3);
    expect([...beats.keys()].sort()).toEqual(['kubelet/0', 'kubelet/1']);
  });

  test('when the backend forgets everything, heartbeats, periodic keys and due work come back', async ({ skip }) => {
    const { flush } = start();
    if (flush === undefined) {
      skip('REDIS_URL names a server of others: not flushed');
      return;
    }
    const namespace = namespaceOf();
    const due = dueNow();
    const queue = await newQueue(namespace);
    let beats = 0;
    const runs: string[] = [];
    const heartbeat = {
      shards: async () => ['kubelet/0'],
      everyMs: 200,
      run: async () => {
        beats += 1;
      },
    };
    await work(
      queue,
      due,
      async (keys) => {
        runs.push(...keys.map(({ key }) => key));
        return new Map();
      },
      { heartbeat, periodic: [{ shard: SHARD, key: 'periodic', everyMs: 100 }] },
    );
    await until(() => beats >= 2 && runs.includes('periodic'));
    await flush(namespace);
    await due.add([{ shard: SHARD, key: 'written-without-a-ring' }]);
    const [beatsBefore, runsBefore] = [beats, runs.length];
    await until(() => beats >= beatsBefore + 3 && runs.slice(runsBefore).includes('periodic'));
    await until(() => runs.includes('written-without-a-ring'));
    expect(due.dueIn(SHARD, 'written-without-a-ring')).toBeUndefined();
  });

  test('a worker stops within 2 s, also in the midst of a batch that does not listen', async () => {
    const queue = await newQueue(namespaceOf());
    const due = dueNow();
    let started = false;
    const worker = await work(queue, due, async () => {
      started = true;
      await new Promise((resolve) => setTimeout(resolve, 30_000).unref());
      return new Map();
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    queue.doorbell.ring(SHARD);
    await until(() => started);
    const limit = new Promise((_, reject) => setTimeout(() => reject(new Error('still stopping')), 2_000).unref());
    await Promise.race([worker.stop(), limit]);
    expect(due.dueIn(SHARD, 'k')).toBeLessThanOrEqual(0);
  });
}
