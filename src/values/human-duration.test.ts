import { describe, expect, it } from 'vitest';
import { humanDuration } from './human-duration.ts';

const [S, M, H, D, Y] = [1, 60, 3_600, 86_400, 365 * 86_400];

describe('humanDuration', () => {
  // Cases of apimachinery's duration_test.go.
  it.each([
    [S, '1s'],
    [70 * S, '70s'],
    [119.9 * S, '119s'],
    [190 * S, '3m10s'],
    [180 * S, '3m'],
    [70 * M, '70m'],
    [47 * H, '47h'],
    [49 * H, '2d1h'],
    [8 * D + 2 * H, '8d'],
    [367 * D, '367d'],
    [2 * Y + 25 * D, '2y25d'],
    [8 * Y + 2 * D, '8y'],
    [3 * H, '3h'],
    [3 * H + 5 * M, '3h5m'],
    [2 * D, '2d'],
    [0, '0s'],
    [-1.9, '0s'],
    [-2, '<invalid>'],
    [Number.NaN, '<invalid>'],
  ])('%d s: %s', (seconds, expected) => {
    expect(humanDuration(seconds * 1_000)).toBe(expected);
  });
});
