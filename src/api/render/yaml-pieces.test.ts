import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseYaml } from '../http/parse-yaml.ts';
import { yamlPieces } from './yaml-pieces.ts';

describe('a value as YAML in pieces', () => {
  it('is the value, however short the pieces, for us and for others', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('a\nb', ' a\n  b\n', '\n\n x', 'a\n\n', '- a', '|', 'yes', '7', '? '),
    );
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        text,
        fc.constantFrom(null, true, 7),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 4 }),
      ),
    })).tree;
    fc.assert(
      fc.property(value, fc.integer({ min: 2, max: 60 }), (any, limit) => {
        const plain: unknown = JSON.parse(JSON.stringify({ any }));
        const yaml = [...yamlPieces(plain, '', limit)].join('');
        expect(parse(yaml)).toEqual(plain);
        expect(parseYaml(Buffer.from(yaml)).value).toEqual(plain);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is in many pieces where it is long, and looks as in one', () => {
    const data = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`key-${i}`, `value ${i}`]));
    const pieces = [...yamlPieces({ kind: 'ConfigMap', data, more: [{ a: 1 }, { b: [2] }] })];
    expect(pieces.length).toBeGreaterThan(2_000);
    expect(pieces.slice(0, 3).join('')).toBe('kind: ConfigMap\ndata:\n  key-0: value 0\n');
    expect(pieces.at(-1)).toBe('more:\n  - a: 1\n  - b:\n      - 2\n');
  });

  it('has its first piece before most of it is looked at', () => {
    let reads = 0;
    const list = new Proxy(
      Array.from({ length: 50_000 }, (_, i) => `value ${i}`),
      {
        get(target, key, receiver) {
          reads += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      },
    );
    expect(yamlPieces({ list, more: 1 }).next().value).toBe('list:\n');
    expect(reads).toBeLessThan(10_000);
  });
});
