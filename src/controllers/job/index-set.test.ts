import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IndexSet } from './index-set.ts';

const set = (...indexes: number[]) => IndexSet.of(indexes);

test.each<[string, IndexSet, string]>([
  ['nothing', IndexSet.empty, ''],
  ['one', set(3), '3'],
  ['neighbours', set(1, 2), '1,2'],
  ['a range', set(4, 2, 3), '2-4'],
  ['several', set(9, 0, 1, 2, 5, 6), '0-2,5,6,9'],
])('%s is written as Kubernetes writes it', (_, indexes, text) => {
  expect(String(indexes)).toBe(text);
});

test.each<[string, string | undefined, string]>([
  ['nothing', undefined, ''],
  ['indexes beyond the last', '1,3-9,12', '1,3,4'],
  ['what is no index', 'x,1,2-,-3,4', '1,4'],
  ['an interval the wrong way round', '4-2,1', '1'],
])('%s is read', (_, text, read) => {
  expect(String(IndexSet.parse(text, 5))).toBe(read);
});

test('sets are what sets of numbers are', () => {
  const numbers = fc.uniqueArray(fc.nat(40));
  fc.assert(
    fc.property(numbers, numbers, fc.nat(10), (a, b, count) => {
      const [one, other] = [IndexSet.of(a), IndexSet.of(b)];
      const both = new Set([...a, ...b]);
      expect(String(IndexSet.parse(String(one), 41))).toBe(String(one));
      expect([one.size, one.with(other).size]).toEqual([a.length, both.size]);
      expect(one.overlap(other)).toBe(a.filter((index) => b.includes(index)).length);
      const free = Array.from({ length: 30 }, (_, index) => index).filter((index) => !both.has(index));
      expect(one.with(other).missing(count, 30)).toEqual(free.slice(0, count));
      for (let index = 0; index < 41; index += 1) {
        expect(one.has(index)).toBe(a.includes(index));
      }
    }),
  );
});
