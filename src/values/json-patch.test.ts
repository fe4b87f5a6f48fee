import fc from 'fast-check';
import jsonpatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../errors.ts';
import { applyJsonPatch } from './json-patch.ts';
import type { Json } from './object.ts';

const failure = (document: Json, patch: unknown): StatusError => {
  try {
    applyJsonPatch(document, patch);
  } catch (error) {
    if (error instanceof StatusError) {
      return error;
    }
    throw error;
  }
  throw new Error('was applied');
};

describe('applyJsonPatch', () => {
  const document: Json = { a: { b: 1 }, list: [1, 2, 3], 'x/y~z': 0 };

  it.each<[string, unknown[], Json]>([
    ['adds', [{ op: 'add', path: '/a/c', value: [1] }], { ...document, a: { b: 1, c: [1] } }],
    ['inserts', [{ op: 'add', path: '/list/1', value: 9 }], { ...document, list: [1, 9, 2, 3] }],
    ['appends', [{ op: 'add', path: '/list/-', value: 9 }], { ...document, list: [1, 2, 3, 9] }],
    ['counts from the end', [{ op: 'remove', path: '/list/-1' }], { ...document, list: [1, 2] }],
    ['replaces the whole', [{ op: 'replace', path: '', value: 5 }], 5],
    ['unescapes', [{ op: 'replace', path: '/x~1y~0z', value: 1 }], { ...document, 'x/y~z': 1 }],
    ['moves', [{ op: 'move', from: '/a', path: '/z' }], { list: [1, 2, 3], 'x/y~z': 0, z: { b: 1 } }],
    ['copies', [{ op: 'copy', from: '/a', path: '/list/0' }], { ...document, list: [{ b: 1 }, 1, 2, 3] }],
    ['tests what is unset', [{ op: 'test', path: '/a/none', value: null }], document],
    ['tests numbers', [{ op: 'test', path: '/a', value: { b: 1 } }], document],
    ['adds null for no value', [{ op: 'add', path: '/n' }], { ...document, n: null }],
    ['does nothing', [], document],
  ])('%s', (_, patch, expected) => {
    expect(applyJsonPatch(document, patch)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['no list', { op: 'add' }],
    ['null', null],
    ['no operation', ['add']],
    ['an op of another type', [{ op: 1, path: '/a' }]],
  ])('answers 400 to %s', (_, patch) => {
    expect(failure(document, patch)).toMatchObject({ code: 400, reason: 'BadRequest' });
  });

  it.each<[string, unknown]>([
    ['an unknown op', { op: 'merge', path: '/a', value: 1 }],
    ['an op of the prototype', { op: 'constructor', path: '/a' }],
    ['no op', { path: '/a' }],
    ['no path', { op: 'remove' }],
    ['no pointer', { op: 'remove', path: 'a' }],
    ['no from', { op: 'move', path: '/a' }],
    ['a failed test', { op: 'test', path: '/a/b', value: 2 }],
    ['a missing parent', { op: 'add', path: '/none/x', value: 2 }],
    ['a missing key', { op: 'remove', path: '/none' }],
    ['a key of the prototype', { op: 'remove', path: '/toString' }],
    ['the prototype', { op: 'add', path: '/__proto__/polluted', value: 1 }],
    ['a constructor', { op: 'add', path: '/constructor/prototype/polluted', value: 1 }],
    ['an index out of range', { op: 'replace', path: '/list/3', value: 1 }],
    ['an index that is none', { op: 'add', path: '/list/length', value: 0 }],
    ['a huge index', { op: 'add', path: '/list/4294967296', value: 0 }],
    ['a missing source', { op: 'copy', from: '/none', path: '/x' }],
    ['a move into itself', { op: 'move', from: '/a', path: '/a/b' }],
    ['a scalar on the way', { op: 'add', path: '/a/b/c', value: 1 }],
  ])('answers 422 to %s, and changes nothing', (_, operation) => {
    const before = structuredClone(document);
    const patch = [{ op: 'add', path: '/first', value: 1 }, operation];
    expect(failure(document, patch)).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(document).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes __proto__ as a key', () => {
    const patched = applyJsonPatch({ data: {} }, [{ op: 'add', path: '/data/__proto__', value: 'x' }]);
    expect(JSON.stringify(patched)).toBe('{"data":{"__proto__":"x"}}');
  });

  it('can be applied again: it keeps no hold on the values of the patch', () => {
    const patch = [
      { op: 'add', path: '/new', value: { list: [] } },
      { op: 'add', path: '/new/list/-', value: 1 },
    ];
    expect(applyJsonPatch({}, patch)).toEqual(applyJsonPatch({}, patch));
  });

  it('bounds the number of operations', () => {
    const test = { op: 'test', path: '', value: {} };
    expect(applyJsonPatch({}, Array(10_000).fill(test))).toEqual({});
    expect(failure({}, Array(10_001).fill(test))).toMatchObject({
      code: 413,
      message: 'The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
  });

  it('bounds what copies make, in size and in depth', () => {
    const doubling = Array.from({ length: 100 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/${i}` }));
    expect(failure({ a: { text: 'x'.repeat(1_000) } }, doubling).details?.causes?.[0]?.message).toMatch(
      /^Unable to complete the copy, the accumulated size increase of copy is \d+, exceeding the limit 3145728$/,
    );
    const chain = `${'/a'.repeat(400)}`;
    const deep = JSON.parse(`${'{"a":'.repeat(401)}1${'}'.repeat(401)}`) as Json;
    const nesting = Array.from({ length: 50 }, (_, i) => [
      { op: 'add', path: `/${i}`, value: deep },
      { op: 'move', from: i === 0 ? '/a' : `/${i - 1}`, path: `/${i}${chain}` },
    ]).flat();
    expect(failure({ a: {} }, nesting)).toMatchObject({ code: 400, message: 'json: exceeded max depth' });
  });

  it('is fast with many moves of a large object', () => {
    const large: Json = { a: Array.from({ length: 20_000 }, (_, i) => ({ name: `item-${i}` })) };
    const moves = Array.from({ length: 10_000 }, (_, i) =>
      i % 2 === 0 ? { op: 'move', from: '/a', path: '/b' } : { op: 'move', from: '/b', path: '/a' },
    );
    const start = performance.now();
    applyJsonPatch(large, moves);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('agrees with fast-json-patch', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer({ min: 0, max: 3 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    const path = fc
      .array(fc.oneof(key, fc.constantFrom('0', '1', '-')), { minLength: 1, maxLength: 3 })
      .map((tokens) => tokens.map((token) => `/${token}`).join(''));
    const operation = fc.oneof(
      fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path, value }),
      fc.record({ op: fc.constant('remove'), path }),
      fc.record({ op: fc.constantFrom('move', 'copy'), from: path, path }),
    ) as fc.Arbitrary<Operation>;
    // The oracle does not look at where an array ends when it moves or copies, so these are told in its other words,
    // which is how RFC 6902 defines them.
    const applyOne = (document: Json, operation: Operation): Json => {
      const apply = (one: Operation, to: Json): Json =>
        jsonpatch.applyOperation(to, structuredClone(one), true).newDocument;
      if (operation.op !== 'move' && operation.op !== 'copy') {
        return apply(operation, document);
      }
      const { from, path: to } = operation;
      const moved = structuredClone(jsonpatch.getValueByPointer(document, from)) as Json;
      const rest = operation.op === 'move' ? apply({ op: 'remove', path: from }, document) : document;
      return apply({ op: 'add', path: to, value: moved }, rest);
    };
    const outcome = (run: () => unknown): unknown => {
      try {
        return run();
      } catch {
        return 'refused';
      }
    };
    fc.assert(
      fc.property(
        fc.dictionary(key, value, { noNullPrototype: true }),
        fc.array(operation, { maxLength: 4 }),
        (document, patch) => {
          const oracle = (): unknown => patch.reduce(applyOne, structuredClone(document));
          expect(outcome(() => applyJsonPatch(document, patch))).toEqual(outcome(oracle));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
