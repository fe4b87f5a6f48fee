import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../errors.ts';
import { parseJson } from './parse-json.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text)).value;

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

  it('refuses more values than one request may hold, before it parses them', () => {
    expect(parse(`[${'1,'.repeat(50_000)}1]`)).toHaveLength(50_001);
    const body = Buffer.from(`[${'1,'.repeat(50_001)}not JSON`);
    expect(() => parseJson(body)).toThrow(expect.objectContaining({ code: 413, reason: 'RequestEntityTooLarge' }));
    expect(parse(JSON.stringify({ a: ','.repeat(60_000) }))).toEqual({ a: ','.repeat(60_000) });
  });

  it('complains of keys that an object has twice', () => {
    const twice = '{"spec":{"containers":[{"name":"a"},{"name":"b","image":"i","name":"c"}]},"x":1,"x":2}';
    expect(parseJson(Buffer.from(twice))).toEqual({
      value: { spec: { containers: [{ name: 'a' }, { name: 'c', image: 'i' }] }, x: 2 },
      complaints: ['duplicate field "spec.containers[1].name"', 'duplicate field "x"'],
    });
    expect(parseJson(Buffer.from('{"a":{"b":1},"c":{"b":1},"d":"{\\"a\\":1,\\"a\\":2}"}')).complaints).toEqual([]);
  });
});
