import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../errors.ts';
import { renderYaml } from '../render/yaml-pieces.ts';
import { parseYaml } from './parse-yaml.ts';

const parse = (text: string): unknown => parseYaml(Buffer.from(text)).value;

describe('parseYaml', () => {
  it('reads what renderYaml writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 5 }), (value) => {
        const plain = JSON.parse(JSON.stringify(value));
        expect(parse(renderYaml(plain))).toEqual(plain);
      }),
    );
  });

  it.each(['yes', 'N', 'off', '0644', '1_000', '1e3', '2020-01-01', '1:30', '~', '.inf'])(
    'reads the text %s back as a text',
    (text) => {
      expect(renderYaml({ text })).toMatch(/^text: "/);
      expect(parse(renderYaml({ text }))).toEqual({ text });
    },
  );

  it('either parses or throws a 400', () => {
    const piece = fc.constantFrom(
      '- ',
      '? ',
      ': ',
      'a',
      '"',
      "'",
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '|\n',
      '!!map ',
      '---\n',
      '#',
      ',',
      '<<: ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        try {
          parse(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(StatusError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n', { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } }],
    ['# nothing\n', null],
    ['data:\n  __proto__: x\n', JSON.parse('{"data":{"__proto__":"x"}}')],
    ['a: .nan\n', { a: null }],
    ['a: yes\nb: 0o10\nc: 1.0\nd: "on"\ne: n\n', { a: true, b: 8, c: 1, d: 'on', e: false }],
    ['mode: 0644\ni: 1_000\nx: 0x1F\nb: 0b11\nz: 08\n', { mode: 420, i: 1000, x: 31, b: 3, z: 8 }],
    [
      'day: 2020-01-01\nat: 2020-01-01T00:00:00Z\nfor: 1:30\n',
      { day: '2020-01-01', at: '2020-01-01T00:00:00Z', for: '1:30' },
    ],
    [
      'a: .\nb: e1\nE0: x\nc: e1234567\nd: 0x_\ne: +.\nf: [find, ., -e5]\n',
      { a: '.', b: 'e1', E0: 'x', c: 'e1234567', d: '0x_', e: '+.', f: ['find', '.', '-e5'] },
    ],
    ['a: .5\nb: -1.\nc: 1e3\nd: 1_0.5\ne: +12e-1\n', { a: 0.5, b: -1, c: 1000, d: 10.5, e: 1.2 }],
    ['log: |\n  [[[[ {{{{ - - -\n', { log: '[[[[ {{{{ - - -\n' }],
    [`log: |\n${'  [ {\n'.repeat(1_000)}`, { log: '[ {\n'.repeat(1_000) }],
  ])('%j', (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it('names the line', () => {
    expect(() => parse('a: 1\nb: "x\n')).toThrow(/^error converting YAML to JSON: yaml: line \d+: /);
  });

  it('complains of keys that a map has twice, in the words of Go', () => {
    const text = 'kind: X\ndata:\n  a: 1\n  b: 2\n  a: 3\nlist: [{c: 1}, {c: 1, d: {}, c: 2}]\n';
    expect(parseYaml(Buffer.from(text))).toEqual({
      value: { kind: 'X', data: { a: 3, b: 2 }, list: [{ c: 1 }, { c: 2, d: {} }] },
      complaints: [
        'yaml: unmarshal errors:\n  line 5: key "a" already set in map\n  line 6: key "c" already set in map',
      ],
    });
    expect(parseYaml(Buffer.from('a: &a {x: 1}\nb: {<<: *a, x: 2}\n')).complaints).toEqual([]);
  });
});
