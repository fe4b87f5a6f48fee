import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { memo } from './memo.ts';

describe('memo', () => {
  it('answers as the function does, whatever is asked in whatever order', () => {
    const double = (text: string): string => text + text;
    const remembered = memo(double);
    fc.assert(fc.property(fc.string({ maxLength: 100 }), (text) => remembered(text) === double(text)));
  });

  it('computes once for a text', () => {
    const compute = vi.fn((text: string) => text.length);
    const remembered = memo(compute);
    expect([remembered('a'), remembered('a'), remembered('b')]).toEqual([1, 1, 1]);
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('keeps no long texts, and forgets all when there are too many', () => {
    const compute = vi.fn((text: string) => text.length);
    const remembered = memo(compute);
    const long = 'x'.repeat(65);
    remembered(long);
    remembered(long);
    expect(compute).toHaveBeenCalledTimes(2);
    remembered('first');
    for (let i = 0; i < 1_000; i += 1) {
      remembered(`${i}`);
    }
    compute.mockClear();
    remembered('first');
    expect(compute).toHaveBeenCalledTimes(1);
  });
});
