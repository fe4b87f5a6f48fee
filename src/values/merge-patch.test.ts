import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMergePatch } from './merge-patch.ts';
import type { Json } from './object.ts';

describe('applyMergePatch', () => {
  // The table of RFC 7386, appendix A.
  it.each<[Json, Json, Json]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j and %j make %j', (document, patch, expected) => {
    expect(applyMergePatch(document, patch)).toEqual(expected);
  });

  it('takes __proto__ as a key', () => {
    const patch = JSON.parse(
      '{"a":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}',
    ) as Json;
    const patched = applyMergePatch({ a: {} }, patch);
    expect(JSON.stringify(patched)).toBe(JSON.stringify(patch));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(JSON.stringify(applyMergePatch(patched, JSON.parse('{"a":{"__proto__":null}}') as Json))).not.toContain(
      '__proto__',
    );
  });

  it('refuses a bottomless patch', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`) as Json;
    expect(() => applyMergePatch({}, deep)).toThrow(expect.objectContaining({ code: 400 }));
  });

  it('is idempotent, sets all that it names, and changes neither argument', () => {
    const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(json, json, (document, patch) => {
        const before = JSON.stringify([document, patch]);
        const once = applyMergePatch(document, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
        expect(applyMergePatch(document, {})).toEqual(
          typeof document === 'object' && document !== null && !Array.isArray(document) ? document : {},
        );
        expect(JSON.stringify([document, patch])).toBe(before);
      }),
    );
  });
});
