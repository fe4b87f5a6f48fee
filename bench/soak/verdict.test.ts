import { describe, expect, it } from 'vitest';
import { judge, WARM_UP_MINUTES } from './verdict.ts';

const minutes = (count: number, rss: (minute: number) => number): number[] =>
  Array.from({ length: WARM_UP_MINUTES + count }, (_, i) => rss(i - WARM_UP_MINUTES));

describe('judge', () => {
  it('takes no heed of the warm-up and of single minutes', () => {
    expect(judge(minutes(22, (i) => (i < 0 ? 100 : i % 7 === 0 ? 600 : 300))).isFlat).toBe(true);
  });
  it('sees 1 MB a minute', () => {
    expect(judge(minutes(60, (i) => 300 + i)).isFlat).toBe(false);
  });
  it('says how much it grew', () => {
    expect(judge(minutes(3, (i) => 100 + 10 * Math.max(0, i))).text).toContain('+20.0 %, growing');
  });
  it('does not judge a short run', () => {
    expect(judge([1, 2, 3]).text).toContain('too short');
  });
});
