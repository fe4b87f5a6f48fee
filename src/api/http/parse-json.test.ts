import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../errors.ts';
import { exceedsDepth, parseJson } from './parse-json.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

function complaint(text: string): string {
  try {
    parse(text);
  } catch (error) {
    return error instanceof StatusError && error.code === 400 ? error.message : `not a 400: ${String(error)}`;
  }
  return 'parsed';
}

describe('parseJson', () => {
  it('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('either parses or throws a 400', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(complaint(text)).not.toMatch(/^not a 400/);
      }),
    );
  });

  it.each([
    ['', 'unexpected end of JSON input'],
    ['{"a', 'unexpected end of JSON input'],
    ['{a: 1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['hello', "invalid character 'h' looking for beginning of value"],
    ['{"a":}', "invalid character '}' looking for beginning of value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
  ])('%j: %s', (text, words) => {
    expect(complaint(text)).toBe(`couldn't get version/kind; json parse error: ${words}`);
  });
});

describe('exceedsDepth', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

  it('agrees with the depth of the parsed value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const depth = depthOf(value);
        const body = Buffer.from(JSON.stringify(value));
        expect(exceedsDepth(body, depth)).toBe(false);
        expect(depth === 0 || exceedsDepth(body, depth - 1)).toBe(true);
      }),
    );
  });

  it('does not count what is in strings', () => {
    expect(exceedsDepth(Buffer.from('{"a":"[[[[\\"[[["}'), 1)).toBe(false);
  });
});
