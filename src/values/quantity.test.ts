import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountOf, formatAmount } from './amounts.ts';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  roundUp,
  subtractQuantities,
} from './quantity.ts';

const read = (text: string): Quantity => parseQuantity(text) ?? expect.fail(`${text} is no quantity`);

describe('canonicalQuantity', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['0Ki', '0'],
    ['0.0e5', '0'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1.5', '1500m'],
    ['+.5', '500m'],
    ['1.', '1'],
    ['0100', '100'],
    ['1000', '1k'],
    ['1024', '1024'],
    ['123400000', '123400k'],
    ['-2000', '-2k'],
    ['1E', '1E'],
    ['1.5Gi', '1536Mi'],
    ['1024Mi', '1Gi'],
    ['1000Ki', '1000Ki'],
    ['0.5Ki', '512'],
    ['1.1Ki', '1126400m'],
    ['0.0001Ki', '102400u'],
    ['-1.5Gi', '-1536Mi'],
    ['1e3', '1e3'],
    ['12E4', '120e3'],
    ['1e0', '1'],
    ['1.5e-1', '150e-3'],
    ['1e2', '100'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['1.0000000001', '1000000001n'],
    ['-0.1n', '-1n'],
    ['1e-400', '1e-9'],
    ['1e99999999999999999999', '9223372036854775807'],
    ['-99999E', '-9223372036854775807'],
    ['8Ei', '9223372036854775807'],
  ])('%s is %s', (text, expected) => {
    expect(canonicalQuantity(text)).toBe(expected);
  });

  it.each([
    '',
    '.',
    '+',
    'Ki',
    'a',
    '1 ',
    ' 1',
    '1 1',
    '1.1.1',
    '--1',
    '1K',
    '1mi',
    '1i',
    '1ki',
    '1e',
    '1e1.5',
    '1e3Ki',
  ])('%j is none', (text) => {
    expect(canonicalQuantity(text)).toBeUndefined();
  });

  it('reads nothing for long', () => {
    expect(canonicalQuantity('9'.repeat(1_000_000))).toBeUndefined();
    expect(canonicalQuantity(`1e${'9'.repeat(400)}`)).toBe('9223372036854775807');
    expect(canonicalQuantity(`1e-${'9'.repeat(400)}`)).toBe('1e-9');
  });
});

const quantity = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    fc.constantFrom('', '.5', '.25'),
    fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'Ki', 'Mi', 'e3', 'E-3', 'e+1'),
  )
  .map(([whole, fraction, suffix]) => `${whole}${fraction}${suffix}`);

describe('arithmetic', () => {
  it('keeps the value in the canonical form, which is its own', () => {
    fc.assert(
      fc.property(quantity, (text) => {
        const canonical = formatQuantity(read(text));
        expect(read(canonical).nanos).toBe(read(text).nanos);
        // A binary amount of no whole Ki has no suffix, and is read as a decimal one.
        const again = canonicalQuantity(canonical) ?? '';
        expect(read(again).nanos).toBe(read(text).nanos);
        expect(canonicalQuantity(again)).toBe(again);
        expect(canonical).not.toContain('.');
      }),
    );
  });

  it('is exact', () => {
    fc.assert(
      fc.property(quantity, quantity, (left, right) => {
        const sum = addQuantities(read(left), read(right));
        expect(subtractQuantities(sum, read(right)).nanos).toBe(read(left).nanos);
        expect(Math.sign(compareQuantities(sum, read(left)))).toBe(
          Number(read(right).nanos > 0n) - Number(read(right).nanos < 0n),
        );
      }),
    );
  });

  it('keeps the family of the first that is not zero', () => {
    const sum = (left: string, right: string): string => formatQuantity(addQuantities(read(left), read(right)));
    expect([sum('1Gi', '1'), sum('0', '1Gi'), sum('1k', '24'), sum('512Mi', '512Mi')]).toEqual([
      '1073741825',
      '1Gi',
      '1024',
      '1Gi',
    ]);
  });

  it('rounds up to whole units', () => {
    expect([roundUp(read('1.1'), 'unit'), roundUp(read('-1.1'), 'unit'), roundUp(read('1u'), 'milli')]).toEqual([
      2n,
      -1n,
      1n,
    ]);
  });
});

describe('amounts', () => {
  it.each([
    ['cpu', '100m', 100],
    ['cpu', '0.3', 300],
    ['cpu', '1e3', 1_000_000],
    ['cpu', '1n', 1],
    ['memory', '1.5Gi', 1.5 * 2 ** 30],
    ['memory', '128974848', 128_974_848],
    ['memory', '1E', 1e18],
    ['memory', '12E2', 1_200],
    ['memory', '100m', 1],
    ['cpu', 'nonsense', 0],
  ])('%s %s is %d', (name, text, expected) => {
    expect(amountOf(name, text)).toBe(expected);
  });

  it('prints as the kubelet does', () => {
    expect([
      formatAmount('cpu', 4_000),
      formatAmount('cpu', 7_500),
      formatAmount('memory', 2 ** 30),
      formatAmount('memory', 1_000),
      formatAmount('pods', 110),
    ]).toEqual(['4', '7500m', '1048576Ki', '1000', '110']);
  });
});
