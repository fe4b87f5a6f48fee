import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WorkQueue } from './work-queue.js';

const quietly = () => undefined;
afterEach(() => {
  vi.useRealTimers();
});

describe('the work queue', () => {
  it('never works at a key twice at a time, and works at each again after its last add', async () => {
    const keys = fc.constantFrom('a', 'b', 'c');
    const steps = fc.array(fc.record({ key: keys, turns: fc.nat(3) }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (adds, concurrency) => {
        const running = new Set();
        let atOnce = 0;
        let time = 0;
        /** @type {Map<string, number>} */
        const begun = new Map();
        const queue = new WorkQueue(
          async (key) => {
            expect(running.has(key)).toBe(false);
            running.add(key);
            atOnce = Math.max(atOnce, running.size);
            begun.set(key, time++);
            await turn();
            await turn();
            running.delete(key);
          },
          (_key, error) => {
            throw error;
          },
          concurrency,
        );
        queue.open();
        /** @type {Map<string, number>} */
        const added = new Map();
        for (const { key, turns } of adds) {
          added.set(key, time++);
          queue.add(key);
          for (let index = 0; index < turns; index += 1) {
            await turn();
          }
        }
        for (let index = 0; index < 20; index += 1) {
          await turn();
        }
        for (const [key, at] of added) {
          expect(begun.get(key)).toBeGreaterThan(at);
        }
        expect(atOnce).toBeLessThanOrEqual(concurrency);
      }),
    );
  });

  it('works at nothing before it is opened, and begins nothing after it is closed', async () => {
    const worked = vi.fn(async () => undefined);
    const queue = new WorkQueue(worked, quietly);
    queue.add('a');
    await turn();
    expect(worked).not.toHaveBeenCalled();
    queue.open();
    await turn();
    expect(worked).toHaveBeenCalledExactlyOnceWith('a');
    await queue.close();
    queue.add('b');
    await turn();
    expect(worked).toHaveBeenCalledOnce();
  });

  it('tries again what failed, later each time, and soon again after it went well', async () => {
    vi.useFakeTimers();
    /** @type {number[]} */
    const delays = [];
    let isBroken = true;
    const queue = new WorkQueue(
      async () => {
        if (isBroken) {
          throw new Error('broken');
        }
      },
      (_key, _error, delayMs) => delays.push(delayMs),
    );
    queue.open();
    queue.add('a');
    await vi.advanceTimersByTimeAsync(300_000);
    for (const [index, delay] of delays.entries()) {
      const most = Math.min(30_000, 200 * 2 ** index);
      expect(delay).toBeGreaterThanOrEqual(most / 2);
      expect(delay).toBeLessThanOrEqual(most);
    }
    expect(delays.length).toBeGreaterThan(10);
    const told = delays.length;
    for (let index = 0; index < 10; index += 1) {
      queue.add('a');
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(delays).toHaveLength(told);
    isBroken = false;
    await vi.advanceTimersByTimeAsync(30_000);
    isBroken = true;
    delays.length = 0;
    queue.add('a');
    await vi.advanceTimersByTimeAsync(0);
    expect(delays[0]).toBeLessThanOrEqual(200);
    await queue.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
