import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '../values/canonical-json.ts';
import { same } from './equality.ts';

test('values are the same where their texts with sorted keys are', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(same(a, b)).toBe(canonical(a) === canonical(b));
      expect(same(a, JSON.parse(canonical(a)))).toBe(true);
    }),
  );
});

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: null }, false],
  [{ a: { b: [1, 2] } }, { a: { b: [2, 1] } }, false],
  [[], {}, false],
  [undefined, {}, false],
  [undefined, undefined, true],
])('%j and %j: %j', (a, b, expected) => {
  expect([same(a, b), same(b, a)]).toEqual([expected, expected]);
});
