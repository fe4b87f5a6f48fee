import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crashBackOffMs, remainingBackOffMs } from './restart-back-off.ts';

const S = 1_000;
const run = (startedAt: number, finishedAt: number) => ({ startedAt: startedAt * S, finishedAt: finishedAt * S });

describe('crashBackOffMs', () => {
  it('is none for the first restart, then 10 s doubling to 5 min', () => {
    expect(crashBackOffMs(0, run(0, 1), undefined)).toBe(0);
    const expected = [10, 20, 40, 80, 160, 300, 300, 300];
    let before = run(0, 1);
    let last = run(1, 2);
    for (const [i, seconds] of expected.entries()) {
      const backOff = crashBackOffMs(i + 1, last, before);
      expect(backOff).toBe(seconds * S);
      const startedAt = last.finishedAt / S + seconds;
      before = last;
      last = run(startedAt, startedAt + 1);
    }
  });

  it('starts anew after ten minutes of running', () => {
    expect(crashBackOffMs(9, run(1_000, 1_600), run(0, 700))).toBe(0);
    // The restart after that long run had no gap: the next crash is the first of a new series.
    expect(crashBackOffMs(10, run(1_600, 1_601), run(1_000, 1_600))).toBe(10 * S);
  });

  it('does not take an outage for a back-off', () => {
    expect(crashBackOffMs(1, run(10_000, 10_001), run(0, 1))).toBe(10 * S);
  });

  it('holds nobody longer than the back-off, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -1e9, max: 1e9 }), fc.nat(300_000), (finishedAt, step, backOff) => {
        const left = remainingBackOffMs(backOff, finishedAt, finishedAt + step);
        return left >= 0 && left <= backOff;
      }),
    );
  });
});
