import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../errors.ts';
import {
  formatLabelSelector,
  isEmptySelector,
  type LabelSelector,
  matchesLabels,
  parseLabelSelector,
  requirementsOf,
  selects,
} from './label-selector.ts';

const key = fc.constantFrom('a', 'b', 'in', 'notin', 'example.com/c');
const value = fc.constantFrom('', 'x', 'y', 'in', '1', '2');
const labels = fc.dictionary(key, value);
const selector: fc.Arbitrary<LabelSelector> = fc.record(
  {
    matchLabels: fc.dictionary(key, value),
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key,
          operator: fc.constantFrom('In', 'NotIn'),
          values: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
        }),
        fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

describe('parseLabelSelector', () => {
  it.each<[string, string[]]>([
    ['', []],
    [' a = b\t', ['a In b']],
    ['a==b', ['a In b']],
    ['a=', ['a In ']],
    ['b,a=', ['a In ', 'b Exists ']],
    ['a!=in', ['a NotIn in']],
    ['in in (notin,in)', ['in In in|notin']],
    ['a in ()', ['a In ']],
    ['a in (,)', ['a In ']],
    ['a notin (y,,x,y)', ['a NotIn |x|y']],
    ['b>1, !c.d/e ,a<20', ['a Lt 20', 'b Gt 1', 'c.d/e DoesNotExist ']],
  ])('reads %j', (text, expected) => {
    const read = parseLabelSelector(text).map(
      ({ key: of, operator, values }) => `${of} ${operator} ${values.join('|')}`,
    );
    expect(read).toEqual(expected);
  });

  it.each([
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a,=b', "found '=', expected: identifier after ','"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['!!a', "unable to parse requirement: found '!', expected: identifier"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=!', "unable to parse requirement: found '!', expected: identifier"],
    ['a in x', "unable to parse requirement: found 'x' expected: '('"],
    ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['a in (x', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (x,', "unable to parse requirement: found '', expected: ',', or identifier"],
    [
      'a>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])('refuses %j', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('tells why a key or a value is invalid', () => {
    expect(() => parseLabelSelector('a/b/c')).toThrow(
      /^unable to parse requirement: <nil>: Invalid value: "a\/b\/c": a qualified name must/,
    );
    expect(() => parseLabelSelector('a=b*')).toThrow(
      /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "b\*": a valid label must/,
    );
    expect(() => parseLabelSelector('a>9223372036854775808')).toThrow('must be an integer');
  });

  it('never fails but with a 400', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('a', 'in', 'notin', '(', ')', ',', '=', '==', '!=', '!', '<', '>', '1', ' '))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          matchesLabels(parseLabelSelector(given), { a: '1' });
        } catch (error) {
          expect(error).toBeInstanceOf(StatusError);
          expect(error).toMatchObject({ code: 400 });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('matchesLabels', () => {
  it.each([
    ['a=1', { a: '1' }, true],
    ['a=1', {}, false],
    ['a!=1', {}, true],
    ['a notin (1,2)', { a: '2' }, false],
    ['a', { a: '' }, true],
    ['!a', { a: '' }, false],
    ['!constructor', {}, true],
    ['a>9007199254740992', { a: '9007199254740993' }, true],
    ['a>1', { a: '1' }, false],
    ['a<2', { a: 'x' }, false],
    ['a<2', {}, false],
    ['a=1,b=2', { a: '1' }, false],
  ])('%s of %j: %s', (text, given, expected) => {
    expect(matchesLabels(parseLabelSelector(text), given)).toBe(expected);
  });

  it('selects nothing without a selector, everything with an empty one', () => {
    expect([selects(undefined, {}), selects({}, { a: '1' })]).toEqual([false, true]);
    expect([isEmptySelector(undefined), isEmptySelector({ matchLabels: {} })]).toEqual([true, true]);
    expect(isEmptySelector({ matchExpressions: [{ key: 'a', operator: 'Exists' }] })).toBe(false);
  });

  it('never matches an unknown operator', () => {
    expect(selects({ matchExpressions: [{ key: 'a', operator: 'Like', values: ['1'] }] }, { a: '1' })).toBe(false);
  });
});

describe('formatLabelSelector', () => {
  it('is sorted by key', () => {
    const matchExpressions = [
      { key: 'c', operator: 'NotIn', values: ['y', 'x'] },
      { key: 'a', operator: 'Exists' },
      { key: 'd', operator: 'DoesNotExist' },
    ];
    expect(formatLabelSelector({ matchLabels: { b: '1' }, matchExpressions })).toBe('a,b=1,c notin (x,y),!d');
    expect(formatLabelSelector({})).toBe('');
    expect(formatLabelSelector({ matchExpressions: [{ key: 'a', operator: 'Like' }] })).toBe('<error>');
  });

  it('means the same in each of its forms', () => {
    fc.assert(
      fc.property(selector, labels, (given, of) => {
        const expected = selects(given, of);
        expect(matchesLabels(requirementsOf(given), of)).toBe(expected);
        expect(matchesLabels(parseLabelSelector(formatLabelSelector(given)), of)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
