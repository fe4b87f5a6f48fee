import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from './benchmark.ts';
import { formatNumber, renderMarkdown, renderTable, toRows, verdict } from './results.ts';
import { median, percentile } from './statistics.ts';

describe('percentile', () => {
  it('is a nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([percentile(hundred, 50), percentile(hundred, 99), percentile(hundred, 100)]).toEqual([50, 99, 100]);
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });

  it('leaves at most the rest above it, for any values', () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (list, percent) => {
        const bound = percentile(list, percent);
        expect(list).toContain(bound);
        expect(list.filter((value) => value <= bound).length).toBeGreaterThanOrEqual((percent / 100) * list.length);
      }),
    );
  });
});

describe('median', () => {
  it('takes the middle, or the mean of the two there', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([5])]).toEqual([2, 2.5, 5]);
    expect(median([])).toBeNaN();
  });
});

const sample = (value: number, note: string): Sample => ({
  ...{ what: 'rate', unit: '/s', value, note, better: 'higher' },
  goal: { least: 10, aim: 20 },
});

describe('toRows', () => {
  it('gives the median with the note of its round', () => {
    const [row] = toRows('creates', [[sample(30, 'c')], [sample(10, 'a')], [sample(15, 'b')]]);
    expect(row).toMatchObject({ benchmark: 'creates', what: 'rate', median: 15, rounds: [30, 10, 15], note: 'b' });
  });
});

describe('verdict', () => {
  it('compares in the direction that is better', () => {
    const goal = { least: 10, aim: 20 };
    const higher = [5, 10, 20].map((value) => verdict({ median: value, better: 'higher', goal }));
    expect(higher).toEqual(['below', 'least', 'aim']);
    const lower = [25, 20, 9].map((value) => verdict({ median: value, better: 'lower', goal: { least: 20, aim: 10 } }));
    expect(lower).toEqual(['below', 'least', 'aim']);
    expect(verdict({ median: 1, better: 'lower' })).toBe('');
  });
});

describe('tables', () => {
  it('write numbers with three significant digits', () => {
    expect([0, 0.01234, 1.5, 12.34, 123.4, 12_345, Number.NaN].map(formatNumber)).toEqual([
      '0',
      '0.0123',
      '1.50',
      '12.3',
      '123',
      '12,345',
      '-',
    ]);
  });

  it('show each row, and what is missing with its reason', () => {
    const rows = toRows('creates', [[sample(12, 'n')]]);
    const text = renderTable(rows, [{ benchmark: 'etcd', skipped: 'not installed' }]);
    expect(text).toMatch(/creates.*12\.0 \/s.*≥ 10\.0.*20\.0.*least/);
    expect(text).toContain('etcd: skipped, not installed');
    expect(renderMarkdown(rows).split('\n')).toHaveLength(3);
  });
});
