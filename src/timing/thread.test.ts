import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { until } from '../../test/support/until.ts';
import { systemClock } from './clock.ts';
import { Thread, ThreadEnded } from './thread.ts';

/** Doubles; ends on 0, throws on negative numbers, never answers 13. */
const PROGRAM = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (n) => {
      if (n === 0) process.exit(1);
      if (n < 0) throw new Error('negative');
      if (n !== 13) parentPort.postMessage(2 * n);
    });`)}`,
);

let thread: Thread<number, number>;
afterEach(() => thread.close());

describe('Thread', () => {
  it('does one call after another', async () => {
    thread = new Thread({ program: PROGRAM, clock: systemClock });
    expect(await Promise.all([1, 2, 3].map((n) => thread.run(n)))).toEqual([2, 4, 6]);
    expect(await thread.run(4)).toBe(8);
  });

  it('fails the call that ends it alone', async () => {
    thread = new Thread({ program: PROGRAM, clock: systemClock });
    const results = await Promise.allSettled([1, 0, 2, -1, 3].map((n) => thread.run(n)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message))).toEqual([
      ...[2, 'ended', 4, 'negative', 6],
    ]);
  });

  it('ends a call that takes too long; the next has a new thread', async () => {
    const clock = new ManualClock();
    thread = new Thread({ program: PROGRAM, clock, callMs: 50 });
    const state: { error?: unknown } = {};
    const late = thread.run(13).catch((error: unknown) => {
      state.error = error;
    });
    await until(async () => {
      await clock.advance(50);
      return state.error !== undefined;
    });
    await late;
    expect(state.error).toBeInstanceOf(ThreadEnded);
    expect(await thread.run(5)).toBe(10);
  });

  it('gives callers turns, and refuses one who has too many waiting', async () => {
    thread = new Thread({ program: PROGRAM, clock: systemClock });
    const order: string[] = [];
    const call = (caller: string) =>
      thread.run(1, caller).then(
        () => void order.push(caller),
        (error: ThreadEnded) => error.reason,
      );
    const calls = [...Array.from({ length: 20 }, () => call('many')), call('one')];
    const refused = (await Promise.all(calls)).filter((reason) => reason !== undefined);
    expect(order.indexOf('one')).toBeLessThanOrEqual(2);
    expect(refused).toEqual(['busy', 'busy', 'busy']);
  });

  it('lets what is owed wait, however many do', async () => {
    thread = new Thread({ program: PROGRAM, clock: systemClock });
    const calls = Array.from({ length: 80 }, () => thread.run(1, 'many', true));
    expect(await Promise.all(calls)).toHaveLength(80);
  });

  it('refuses what waits when it is closed', async () => {
    thread = new Thread({ program: PROGRAM, clock: systemClock });
    const calls = [13, 1].map((n) => thread.run(n).catch((error: ThreadEnded) => error.reason));
    await thread.close();
    expect(await Promise.all(calls)).toEqual(['closed', 'closed']);
  });
});
