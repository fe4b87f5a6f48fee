import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from './object.ts';
import type { FieldStrategy, PatchStrategy } from './patch-strategy.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const strategyOf = (fields: Record<string, FieldStrategy>): PatchStrategy => ({
  field: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined),
});
const container = strategyOf({
  env: { patchStrategy: 'merge', mergeKey: 'name' },
  ports: { patchStrategy: 'merge', mergeKey: 'containerPort' },
});
const strategy = strategyOf({
  containers: { patchStrategy: 'merge', mergeKey: 'name', nested: container },
  finalizers: { patchStrategy: 'merge' },
  strategy: { patchStrategy: 'merge', retainKeys: true },
  template: { patchStrategy: 'merge', nested: strategyOf({ finalizers: { patchStrategy: 'merge' } }) },
  whole: { patchStrategy: 'replace' },
});
const apply = (document: JsonObject, patch: JsonObject): Json => applyStrategicMergePatch(document, patch, strategy);

describe('maps', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['merge', { a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
    ['lose what is null', { a: 1, b: 2 }, { a: null, c: null }, { b: 2 }],
    [
      'lose nested nulls also where they are new',
      {},
      { a: { b: null, c: 1 }, l: [{ d: null }] },
      { a: { c: 1 }, l: [{}] },
    ],
    ['change type', { a: { b: 1 } }, { a: [1] }, { a: [1] }],
    ['are replaced where the strategy says so', { whole: { a: 1 } }, { whole: { b: 2 } }, { whole: { b: 2 } }],
    ['are replaced where the patch says so', { a: { b: 1 } }, { a: { $patch: 'replace', c: 1 } }, { a: { c: 1 } }],
    ['are emptied where the patch says so', { a: { b: 1 } }, { a: { $patch: 'delete' } }, { a: {} }],
    ['merge where the patch says so', { a: { b: 1 } }, { a: { $patch: 'merge', c: 1 } }, { a: { b: 1, c: 1 } }],
    ['have nothing to act on', { b: 1 }, { a: { $patch: 'delete' }, c: { d: { $patch: 'replace' } } }, { b: 1, c: {} }],
    [
      'retain keys',
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
    ],
    [
      'keep the strategy below',
      { template: { finalizers: ['a'] } },
      { template: { finalizers: ['b'] } },
      { template: { finalizers: ['b', 'a'] } },
    ],
  ])('%s', (_, document, patch, expected) => {
    expect(apply(document, patch)).toEqual(expected);
  });

  it('take __proto__ as a key', () => {
    const patch = JSON.parse('{"a":{"__proto__":{"polluted":true}}}') as JsonObject;
    expect(JSON.stringify(apply({ a: {} }, patch))).toBe(JSON.stringify(patch));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('lists', () => {
  const two = {
    containers: [
      { name: 'a', image: 'x' },
      { name: 'b', image: 'y' },
    ],
  };

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['are replaced by plain rules', { args: [1, 2] }, { args: [3] }, { args: [3] }],
    [
      'merge by key',
      two,
      { containers: [{ name: 'b', image: 'z', env: [{ name: 'E', value: '1' }] }, { name: 'c' }] },
      {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'z', env: [{ name: 'E', value: '1' }] },
          { name: 'c' },
        ],
      },
    ],
    [
      'merge inside items',
      {
        containers: [
          {
            name: 'a',
            env: [
              { name: 'E', value: '1' },
              { name: 'F', value: '2' },
            ],
          },
        ],
      },
      { containers: [{ name: 'a', env: [{ name: 'F', value: null, valueFrom: {} }] }] },
      {
        containers: [
          {
            name: 'a',
            env: [
              { name: 'E', value: '1' },
              { name: 'F', valueFrom: {} },
            ],
          },
        ],
      },
    ],
    ['lose items', two, { containers: [{ $patch: 'delete', name: 'a' }] }, { containers: [{ name: 'b', image: 'y' }] }],
    [
      'are replaced where an item says so',
      two,
      { containers: [{ name: 'c' }, { $patch: 'replace' }] },
      { containers: [{ name: 'c' }] },
    ],
    [
      'merge where an item says so',
      two,
      { containers: [{ $patch: 'merge', name: 'a', image: 'z' }] },
      {
        containers: [
          { name: 'a', image: 'z' },
          { name: 'b', image: 'y' },
        ],
      },
    ],
    ['go', two, { containers: null }, {}],
    [
      'take the order given',
      two,
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
      {
        containers: [
          { name: 'b', image: 'y' },
          { name: 'a', image: 'x' },
        ],
      },
    ],
    [
      'keep items of others near their neighbours',
      { containers: [{ name: 'a' }, { name: 'server' }, { name: 'b' }, { name: 'last' }] },
      {
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }, { name: 'new' }],
        containers: [{ name: 'b', image: 'z' }, { name: 'new' }],
      },
      { containers: [{ name: 'a' }, { name: 'server' }, { name: 'b', image: 'z' }, { name: 'new' }, { name: 'last' }] },
    ],
    [
      'take an order where there is none yet',
      {},
      { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', image: null }] },
      { containers: [{ name: 'a' }] },
    ],
    ['stay away', {}, { '$setElementOrder/containers': [{ name: 'a' }] }, {}],
    [
      'of the same key are both kept',
      {
        containers: [
          {
            name: 'a',
            ports: [
              { containerPort: 53, protocol: 'TCP' },
              { containerPort: 53, protocol: 'UDP' },
            ],
          },
        ],
      },
      { containers: [{ name: 'a', ports: [{ containerPort: 53, hostPort: 1 }] }] },
      {
        containers: [
          {
            name: 'a',
            ports: [
              { containerPort: 53, protocol: 'TCP', hostPort: 1 },
              { containerPort: 53, protocol: 'UDP' },
            ],
          },
        ],
      },
    ],
    ['of scalars are sets', { finalizers: ['a', 'b'] }, { finalizers: ['b', 'c'] }, { finalizers: ['a', 'b', 'c'] }],
    [
      'of scalars lose items',
      { finalizers: ['a', 'b'] },
      { '$deleteFromPrimitiveList/finalizers': ['a'], '$setElementOrder/finalizers': ['c', 'b'], finalizers: ['c'] },
      { finalizers: ['c', 'b'] },
    ],
    ['have nothing to lose', {}, { '$deleteFromPrimitiveList/finalizers': ['a'] }, {}],
  ])('%s', (_, document, patch, expected) => {
    expect(apply(document, patch)).toEqual(expected);
  });
});

describe('a bad patch', () => {
  const document = { containers: [{ name: 'a' }], finalizers: ['a'], strategy: {} };

  it.each<[JsonObject, string | RegExp]>([
    [{ $patch: 'explode' }, /^unknown patch type: "explode" in map/],
    [{ containers: [{ image: 'x' }] }, 'map: {"image":"x"} does not contain declared merge key: name'],
    [{ containers: [{ $patch: 'delete' }] }, /does not contain declared merge key: name$/],
    [{ containers: ['a'] }, 'expected a map[string]interface {}, but received a string'],
    [{ containers: [[]] }, 'lists of lists are not supported'],
    [{ finalizers: [{}] }, 'cannot merge lists without merge key for type map[string]interface {}'],
    [{ '$setElementOrder/containers': 'a' }, 'invalid patch format of setElementOrder list'],
    [{ $setElementOrder: [] }, 'invalid patch format of setElementOrder list'],
    [{ '$deleteFromPrimitiveList/finalizers': null }, 'invalid patch format of primitive list'],
    [{ '$deleteFromPrimitiveList/containers': ['a'] }, 'invalid patch format of primitive list'],
    [{ strategy: { $retainKeys: 'type' } }, 'invalid patch format of retainKeys'],
    [{ strategy: { $retainKeys: [], type: 'x' } }, 'invalid patch format of retainKeys'],
    [
      { '$setElementOrder/finalizers': ['b', 'c'], finalizers: ['c', 'b'] },
      /^The order in patch list:\n\["c","b"\]\n doesn't match \$setElementOrder list:\n\["b","c"\]\n$/,
    ],
  ])('%j is refused', (patch, message) => {
    expect(() => apply(document, patch)).toThrow(
      expect.objectContaining({
        code: 400,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    );
  });
});

describe('properties', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const item = fc.record({ name, image: fc.constantFrom('x', 'y') }, { requiredKeys: ['name'] });
  const spec = fc.record({
    containers: fc.uniqueArray(item, { selector: (each) => each.name }),
    finalizers: fc.uniqueArray(name),
  });

  it('is idempotent, loses no item, and changes neither argument', () => {
    fc.assert(
      fc.property(spec, spec, (document, patch) => {
        const before = JSON.stringify([document, patch]);
        const once = apply(document, patch) as typeof document;
        expect(apply(once, patch)).toEqual(once);
        expect(new Set(once.finalizers)).toEqual(new Set([...document.finalizers, ...patch.finalizers]));
        const names = [...document.containers, ...patch.containers].map((each) => each.name);
        expect(once.containers.map((each) => each.name).sort()).toEqual([...new Set(names)].sort());
        expect(JSON.stringify([document, patch])).toBe(before);
      }),
    );
  });

  it('makes what kubectl apply wants of an object that nobody else changed', () => {
    fc.assert(
      fc.property(spec, spec, (live, wanted) => {
        const gone = live.containers.filter((each) => !wanted.containers.some((other) => other.name === each.name));
        const patch = {
          '$setElementOrder/containers': wanted.containers.map((each) => ({ name: each.name })),
          '$setElementOrder/finalizers': wanted.finalizers,
          '$deleteFromPrimitiveList/finalizers': live.finalizers.filter((each) => !wanted.finalizers.includes(each)),
          containers: [
            ...wanted.containers.map((each) => ({ image: null, ...each })),
            ...gone.map((each) => ({ $patch: 'delete', name: each.name })),
          ],
          finalizers: wanted.finalizers,
        };
        expect(apply(live, patch)).toEqual(wanted);
      }),
    );
  });
});
