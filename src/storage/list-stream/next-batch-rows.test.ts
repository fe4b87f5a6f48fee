import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextBatchRows } from './next-batch-rows.ts';

const batch = (rows: number, characters: number) =>
  Array.from({ length: rows }, () => ({ body: 'x'.repeat(characters) }));

test('a batch of large rows is followed by few, of small rows by twice as many', () => {
  expect(nextBatchRows(100, batch(10, 1_000_000))).toBe(1);
  expect(nextBatchRows(32, batch(32, 100))).toBe(64);
  expect(nextBatchRows(150, batch(150, 100))).toBe(200);
  expect(nextBatchRows(150, batch(150, 2_621))).toBe(100);
});

test('it is at least one row, and at most twice what was asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(20), fc.nat(5_000), (asked, rows, characters) => {
      const next = nextBatchRows(asked, batch(rows, characters));
      expect(next).toBeGreaterThanOrEqual(1);
      expect(next).toBeLessThanOrEqual(asked * 2);
      expect(Number.isInteger(next)).toBe(true);
    }),
  );
});
