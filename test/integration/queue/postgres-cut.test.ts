/** A connection that is cut in the moment it is ready must not end the process: BullMQ does not listen yet. */
import { it, onTestFinished } from 'vitest';
import { openQueue } from '../../../src/queue/queue.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { startCuttingProxy } from '../../support/cutting-proxy.ts';
import { createTestDatabase } from '../../support/database.ts';
import { MemoryDueStore } from '../../support/memory-due-store.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';

const SHARD = 'controller/test';

it('survives connections that are cut as they become ready, and works again after', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const proxy = await startCuttingProxy(database.url);
  onTestFinished(() => proxy.close());
  const shared = { logger: silentLogger, clock: systemClock, random: seededRandom(1) };
  const queue = await openQueue({ backend: { kind: 'postgres', url: proxy.url }, ...shared });
  onTestFinished(() => queue.close());
  const done: string[] = [];
  const due = new MemoryDueStore(() => performance.now());
  await queue.startWorker({
    reconcilers: [
      {
        name: SHARD,
        reconcileBatch: async (keys) => {
          done.push(...keys.map(({ key }) => key));
          return new Map();
        },
      },
    ],
    ...{ due, periodic: [], holder: 'w1', signal: new AbortController().signal },
  });
  const works = async (key: string): Promise<void> => {
    await due.add([{ shard: SHARD, key }]);
    queue.doorbell.ring(SHARD);
    await until(() => done.includes(key));
  };
  await works('before');
  proxy.damage();
  // The worker's LISTEN connection and the pools' come back again and again. What is unheard fails this run.
  await until(() => proxy.cut() > 20);
  proxy.mend();
  await works('after');
});
