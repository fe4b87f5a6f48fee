import { expect, it } from 'vitest';
import { formatGoDuration, parseGoDuration } from './go-duration.ts';

it('prints as Go does', () => {
  expect([0, 512, 1_234, 10_000, 80_000, 300_000, 14_400_000].map(formatGoDuration)).toEqual([
    ...['0s', '512ms', '1.234s', '10s', '1m20s', '5m0s', '4h0m0s'],
  ]);
});

it('reads what Go reads, and no more', () => {
  expect(['0', '1h2m3s', '1.5s', '250ms', '-1s'].map(parseGoDuration)).toEqual([0, 3_723_000, 1_500, 250, -1_000]);
  expect(['', '5', '1d', '1m 2s', 's', '1e3s'].map(parseGoDuration)).toEqual(Array(6).fill(undefined));
});
