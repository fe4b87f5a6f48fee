import { expect, it } from 'vitest';
import { groupedBy } from './grouped-by.ts';

it('keeps the order of keys and of items, and takes whatever can be iterated over', () => {
  const groups = groupedBy(new Set([3, 1, 4, 6, 5]), (number) => number % 2 === 0);
  expect([...groups]).toEqual([
    [false, [3, 1, 5]],
    [true, [4, 6]],
  ]);
});

it('tells values of the prototype from none', () => {
  expect([...groupedBy(['constructor', '__proto__'], (text) => text).keys()]).toEqual(['constructor', '__proto__']);
});
