import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { until } from '../../test/support/until.ts';
import { systemClock } from './clock.ts';
import { Thread, ThreadEnded } from './thread.ts';

/** Doubles; ends on 0, throws on negative numbers, never answers 13, counts its calls on 7. */
const PROGRAM = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    let calls = 0;
    parentPort.on('message', (n) => {
      calls += 1;
      if (n === 0) process.exit(1);
      if (n < 0) throw new Error('negative');
      if (n !== 13) parentPort.postMessage(n === 7 ? calls : 2 * n);
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

  it('lets what is owed wait, however many do, and refuses nothing else for it', async () => {
    thread = new Thread({ program: PROGRAM, clock: systemClock });
    const order: string[] = [];
    const call = async (caller: string, isOwed: boolean): Promise<void> => {
      await thread.run(1, caller, isOwed);
      order.push(caller);
    };
    const owed = Array.from({ length: 80 }, () => call('writes', true));
    const asked = [...Array.from({ length: 16 }, () => call('reads', false)), call('writes', false)];
    await Promise.all([...owed, ...asked]);
    expect(order).toHaveLength(97);
    // In turns: the reads, and the write's own, are over before half of what is owed.
    expect(order.lastIndexOf('reads')).toBeLessThan(40);
  });

  it('lets what is owed wait for a bounded time, and does not do it afterwards', async () => {
    const clock = new ManualClock();
    thread = new Thread({ program: PROGRAM, clock, callMs: 7_000 });
    const ends: string[] = [];
    const hangs = thread.run(13).catch((error: ThreadEnded) => void ends.push(`hangs: ${error.reason}`));
    const waits = thread.run(1, 'writes', true).catch((error: ThreadEnded) => void ends.push(`waits: ${error.reason}`));
    await clock.advance(4_999);
    const inTime = thread.run(7, 'writes', true);
    expect(ends).toEqual([]);
    await clock.advance(1);
    await waits;
    await clock.advance(2_000);
    await hangs;
    expect(ends).toEqual(['waits: busy', 'hangs: too much']);
    expect(await inTime).toBe(1);
  });

  it('refuses what waits when it is closed', async () => {
    thread = new Thread({ program: PROGRAM, clock: systemClock });
    const calls = [13, 1].map((n) => thread.run(n).catch((error: ThreadEnded) => error.reason));
    await thread.close();
    expect(await Promise.all(calls)).toEqual(['closed', 'closed']);
  });
});
