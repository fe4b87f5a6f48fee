import { describe, expect, it } from 'vitest';
import { ManualClock, settle } from '../../test/support/manual-clock.ts';
import { type Ended, Latecomers } from './latecomers.ts';

/** A task that ends when the test says. */
function open<T>() {
  let end: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const task = new Promise<T>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { task: () => task, end, fail };
}
const nobody = (): void => {
  throw new Error('nobody is to be told');
};

describe('what is waited for a moment', () => {
  it('is answered when it ends in time, and throws as it does', async () => {
    const clock = new ManualClock();
    const late = new Latecomers(clock, 1_000);
    expect(await late.wait('a', async () => 7, nobody)).toEqual({ value: 7 });
    const refused = late.wait('b', () => Promise.reject(new Error('refused')), nobody);
    await expect(refused).rejects.toThrow('refused');
    const { task, end } = open<string>();
    const waiting = late.wait('c', task, nobody);
    await clock.advance(900);
    end('in time');
    expect(await waiting).toEqual({ value: 'in time' });
    expect(late.has('c')).toBe(false);
  });

  it('goes on by itself when it takes longer, and tells how it ended', async () => {
    const clock = new ManualClock();
    const late = new Latecomers(clock, 1_000);
    const told: Ended<string>[] = [];
    const [one, other] = [open<string>(), open<string>()];
    const waits = [
      late.wait('one', one.task, (ended) => told.push(ended)),
      late.wait('other', other.task, (ended) => told.push(ended)),
    ];
    await clock.advance(2_000);
    expect(await Promise.all(waits)).toEqual([undefined, undefined]);
    expect([late.has('one'), late.has('other'), late.has('third')]).toEqual([true, true, false]);
    one.end('done');
    other.fail(new Error('failed'));
    await settle();
    expect(told).toEqual([{ value: 'done' }, { error: new Error('failed') }]);
    expect([late.has('one'), late.has('other')]).toEqual([false, false]);
  });

  it('has its moment however long others take before it', async () => {
    const clock = new ManualClock();
    const late = new Latecomers(clock, 1_000);
    const [first, second] = [open<string>(), open<string>()];
    const waits = [late.wait('first', first.task, () => undefined)];
    await clock.advance(1_500);
    waits.push(late.wait('second', second.task, nobody));
    await clock.advance(700);
    expect([late.has('first'), late.has('second')]).toEqual([true, false]);
    second.end('in time');
    expect(await waits[1]).toEqual({ value: 'in time' });
  });

  it('costs no timer once nothing is waited for', async () => {
    const clock = new ManualClock();
    let sleeps = 0;
    const counting = Object.assign(Object.create(clock) as ManualClock, {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (ms: number, signal?: AbortSignal) => {
        sleeps += 1;
        return clock.sleep(ms, signal);
      },
    });
    const late = new Latecomers(counting, 1_000);
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => late.wait(`${i}`, async () => i, nobody)));
    await clock.advance(10_000);
    expect(sleeps).toBe(1);
  });
});
