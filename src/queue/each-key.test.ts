import { expect, test } from 'vitest';
import { eachKey } from './each-key.ts';

const keys = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, attempt: 0 }));
const lease = { shard: 'controller/x', holder: 'h', epoch: 1 };

test('each key has its own outcome', async () => {
  const { reconcileBatch } = eachKey({
    name: 'controller/x',
    reconcile: async (key) => {
      if (key === 'k1') {
        throw new Error('boom');
      }
      return key === 'k2' ? { requeueAfterMs: 7 } : {};
    },
  });
  const results = await reconcileBatch(keys(3), { lease, signal: new AbortController().signal });
  expect(results.get('k0')).toEqual({});
  expect(results.get('k1')).toEqual(new Error('boom'));
  expect(results.get('k2')).toEqual({ requeueAfterMs: 7 });
});

test('never runs more keys at once than it may', async () => {
  let running = 0;
  let most = 0;
  const { reconcileBatch } = eachKey(
    {
      name: 'controller/x',
      reconcile: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return {};
      },
    },
    3,
  );
  const results = await reconcileBatch(keys(50), { lease, signal: new AbortController().signal });
  expect(results.size).toBe(50);
  expect(most).toBe(3);
});

test('after an abort the keys not begun are left out of the answer', async () => {
  const stop = new AbortController();
  const { reconcileBatch } = eachKey(
    {
      name: 'controller/x',
      reconcile: async () => {
        stop.abort();
        return {};
      },
    },
    1,
  );
  const results = await reconcileBatch(keys(5), { lease, signal: stop.signal });
  expect([...results.keys()]).toEqual(['k0']);
});
