import { expect, test } from 'vitest';
import { inlineValues } from './inline-values.ts';

test.each([
  ['a = $1', ['x'], "a = 'x'"],
  ['a = $2 AND b = $1', ["it's", 'C:\\'], "a =  E'C:\\\\' AND b = 'it''s'"],
  ['a = $1 AND b = $2', ['$2', '; DROP'], "a = '$2' AND b = '; DROP'"],
  ['a = ANY ($1::text[])', [['x', "y'"]], "a = ANY (ARRAY['x','y''']::text[])"],
  ['a = ANY ($1::text[])', [[]], 'a = ANY (ARRAY[]::text[])'],
  ['LIMIT $11 OFFSET $1', [7, ...Array(9).fill(''), 12], 'LIMIT 12 OFFSET 7'],
])('%s', (text, values, expected) => {
  expect(inlineValues({ text, values })).toBe(expected);
});

test('a value that has no literal is refused', () => {
  for (const value of [undefined, Number.NaN, {}, 1n]) {
    expect(() => inlineValues({ text: '$1', values: [value] })).toThrow('no literal');
  }
});
