import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedLookMs } from './shared-look.ts';

const PERIOD = 300_000;
const GRID = PERIOD / 30;

describe('sharedLookMs', () => {
  it('is never later than asked for, and earlier by less than a thirtieth of the period', () => {
    const shard = fc.string();
    const times = [fc.integer({ min: 10_000, max: 400_000 }), fc.integer({ min: 0, max: 2 ** 42 })] as const;
    fc.assert(
      fc.property(...times, shard, (afterMs, now, name) => {
        const looked = sharedLookMs(afterMs, PERIOD, name, now);
        expect(looked).toBeLessThanOrEqual(afterMs + 1);
        expect(looked).toBeGreaterThanOrEqual(Math.max(0, afterMs - GRID - 1));
      }),
    );
  });

  it('gives the nodes of a shard few moments, and another shard others', () => {
    const now = 1_800_000_000_000;
    const moments = (shard: string): Set<number> =>
      new Set(Array.from({ length: 2_000 }, (_, n) => now + sharedLookMs(270_000 + 30 * n, PERIOD, shard, now)));
    const first = moments('kubelet/1');
    expect(first.size).toBeLessThanOrEqual(8);
    expect([...moments('kubelet/2')].some((moment) => first.has(moment))).toBe(false);
  });

  it('leaves a period of a few milliseconds alone', () => {
    expect(sharedLookMs(19, 20, 'kubelet/1', 1_000)).toBe(19);
  });
});
