import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesFields, parseFieldSelector } from './field-selector.ts';

const escapeValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

describe('parseFieldSelector', () => {
  it.each<[string, string[]]>([
    ['', []],
    [',,', []],
    ['status.phase==Running,spec.nodeName!=', ['spec.nodeName != ', 'status.phase = Running']],
    ['a=b\\,c\\=d\\\\', ['a = b,c=d\\']],
    ['=x', [' = x']],
    ['a!b=c', ['a!b = c']],
    ['a=b!', ['a = b!']],
  ])('reads %j', (text, expected) => {
    expect(parseFieldSelector(text).map(({ path, operator, value }) => `${path} ${operator} ${value}`)).toEqual(
      expected,
    );
  });

  it.each([
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['b=1,a', "invalid selector: 'b=1,a'; can't understand 'a'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=b\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('refuses %j', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('reads back what was escaped', () => {
    const path = fc.stringMatching(/^[a-z]+(\.[a-z]+)*$/);
    const term = fc.record({ path, operator: fc.constantFrom('=', '!='), value: fc.string({ unit: 'binary' }) });
    fc.assert(
      fc.property(fc.array(term, { maxLength: 3 }), (terms) => {
        const text = terms.map(({ path: of, operator, value }) => `${of}${operator}${escapeValue(value)}`).join(',');
        const read = parseFieldSelector(text);
        expect(read).toHaveLength(terms.length);
        expect(read).toEqual(expect.arrayContaining(terms));
      }),
    );
  });
});

describe('matchesFields', () => {
  it.each([
    ['status.phase=Running', true],
    ['status.phase!=Running', false],
    ['spec.nodeName=', true],
    ['spec.nodeName!=n1', true],
    ['constructor=', true],
    ['status.phase=Running,spec.nodeName=n1', false],
  ])('%s: %s', (text, expected) => {
    expect(matchesFields(parseFieldSelector(text), { 'status.phase': 'Running' })).toBe(expected);
  });
});
