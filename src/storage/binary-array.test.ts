import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bigintArray, textArray } from './binary-array.ts';

const HEADER_BYTES = 20;

it('writes every safe integer as int8 has it', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), (values) => {
      const array = bigintArray(values);
      expect(array.readInt32BE(12)).toBe(values.length);
      values.forEach((value, index) => {
        const at = HEADER_BYTES + index * 12;
        expect([array.readInt32BE(at), array.readBigInt64BE(at + 4)]).toEqual([8, BigInt(value)]);
      });
    }),
    { examples: [[[0, -1, 2 ** 32, -(2 ** 32), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]]] },
  );
});

it('writes texts by their bytes, and nulls as such', () => {
  const array = textArray(['é', null, '']);
  expect(array.readInt32BE(4)).toBe(1);
  const elements = [0, 0, 0, 2, 0xc3, 0xa9, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
  expect([...array.subarray(HEADER_BYTES)]).toEqual(elements);
});
