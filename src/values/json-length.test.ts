import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLongJson } from './json-length.ts';

/** Whose JSON has no escapes. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    ...[
      fc.stringMatching(/^[a-z]{0,9}$/),
      fc.constant(null),
      fc.constant(true),
      fc.integer({ min: 1_000, max: 9_999 }),
    ],
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), tie('any'), { maxKeys: 4 }),
  ),
})).any;

it('is as long as its JSON, but for the brackets', () => {
  fc.assert(
    fc.property(value, (given) => {
      const text = JSON.stringify(given);
      const brackets = text.replaceAll(/[^[\]{}]/g, '').length;
      expect(isLongJson(given, text.length + brackets)).toBe(false);
      expect(isLongJson(given, text.length - brackets - 1)).toBe(true);
    }),
  );
});

it('looks no further than it must', () => {
  const unseen = {
    get far(): never {
      throw new Error('looked at');
    },
  };
  expect(isLongJson(['x'.repeat(100), unseen], 100)).toBe(true);
  expect(isLongJson({ a: { b: 'x'.repeat(50), c: 'x'.repeat(50) }, unseen }, 100)).toBe(true);
});
