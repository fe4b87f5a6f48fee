import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countIndexes, parseIndexes, sharedIndex } from './job-indexes.ts';

/** Of ordered numbers, as the job controller writes them. */
function textOf(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers.length; ) {
    let end = at;
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) {
      end += 1;
    }
    parts.push(end === at ? String(numbers[at]) : `${numbers[at]}-${numbers[end]}`);
    at = end + 1;
  }
  return parts.join(',');
}
const indexes = fc.uniqueArray(fc.nat(60), { maxLength: 30 }).map((numbers) => numbers.sort((a, b) => a - b));
const intervalsOf = (numbers: readonly number[]) => {
  const parsed = parseIndexes(textOf(numbers), 61);
  return parsed.ok ? parsed.intervals : undefined;
};

describe('indexes of a job', () => {
  it('are read as they are written, and counted', () => {
    fc.assert(
      fc.property(indexes, (numbers) => {
        const read = (intervalsOf(numbers) ?? []).flatMap(([first, last]) =>
          Array.from({ length: last - first + 1 }, (_, i) => first + i),
        );
        expect(read).toEqual(numbers);
        expect(countIndexes(intervalsOf(numbers) ?? [])).toBe(numbers.length);
      }),
    );
  });

  it('that are in two lists are found, the first first', () => {
    fc.assert(
      fc.property(indexes, indexes, (some, others) => {
        const shared = some.find((one) => others.includes(one));
        expect(sharedIndex(intervalsOf(some) ?? [], intervalsOf(others) ?? [])).toBe(shared);
      }),
    );
  });

  it.each([
    ['1,a', 'cannot convert string to integer for index: "a"'],
    ['5', 'too large index: "5"'],
    ['1-5', 'too large index: "5"'],
    ['2,1', 'non-increasing order, previous: 2, current: 1'],
    ['3-2', 'non-increasing order, previous: 3, current: 2'],
    [
      '1-2-3',
      `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
    ],
  ])('%s: %s', (text, problem) => {
    expect(parseIndexes(text, 5)).toEqual({ ok: false, problem });
  });
});
