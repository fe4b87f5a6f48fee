import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

const takes = (bucket: TokenBucket, times: number, now: number, rate = { perSecond: 2, burst: 3 }): number =>
  Array.from({ length: times }, () => bucket.take(rate, now)).filter(Boolean).length;

describe('TokenBucket', () => {
  it('gives a burst, then what time brings, and never more than a burst at once', () => {
    const bucket = new TokenBucket();
    expect(takes(bucket, 5, 0)).toBe(3);
    expect(takes(bucket, 5, 400)).toBe(0);
    expect(takes(bucket, 5, 1_000)).toBe(2);
    expect(takes(bucket, 9, 60_000)).toBe(3);
  });

  it('follows a rate that changes, and gives nothing where nothing is allowed', () => {
    const bucket = new TokenBucket();
    expect(takes(bucket, 9, 0)).toBe(3);
    expect(takes(bucket, 99, 1_000, { perSecond: 5, burst: 10 })).toBe(10);
    expect(takes(bucket, 9, 90_000, { perSecond: 0, burst: 0 })).toBe(0);
    expect(takes(new TokenBucket(), 9, 0, { perSecond: 0, burst: 0 })).toBe(0);
  });

  it('never gives more than burst and time allow', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 50 }), (gaps, burst, perSecond) => {
        const bucket = new TokenBucket();
        let now = 0;
        let given = 0;
        for (const gap of gaps) {
          now += gap;
          given += bucket.take({ perSecond, burst }, now) ? 1 : 0;
        }
        expect(given).toBeLessThanOrEqual(burst + (now / 1_000) * perSecond + 1e-6);
      }),
    );
  });
});
