import { describe, expect, it } from 'vitest';
import { integerValue } from './query.ts';

describe('an integer of the query', () => {
  it.each([
    ['5', 5],
    ['+5', 5],
    ['-1', -1],
    ['', undefined],
    ['9223372036854775807', Number.MAX_SAFE_INTEGER],
    ['-9223372036854775808', -Number.MAX_SAFE_INTEGER],
  ])('%j', (text, value) => {
    expect(integerValue({ limit: text }, 'limit')).toBe(value);
  });

  it.each([
    ['9223372036854775808', 'value out of range'],
    ['9'.repeat(100_000), 'value out of range'],
    ['1e3', 'invalid syntax'],
  ])('%.20s is none: %s', (text, why) => {
    expect(() => integerValue({ limit: text }, 'limit')).toThrow(why);
  });
});
