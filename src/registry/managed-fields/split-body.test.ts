import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeBody } from '../../storage/stored-object.ts';
import type { Json, KubeObject } from '../../values/object.ts';
import { decodeSplit, splitBody } from './split-body.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('\\', '"', '\\"', 'managedFields', '[{'),
);
const value = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    ...[text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('any'), { maxLength: 3 })],
    fc.dictionary(text, tie('any'), { maxKeys: 3 }),
  ),
})).any;
const members = fc.array(fc.tuple(text, value), { maxLength: 3 });
const entries = fc.array(value, { maxLength: 3 });

/** Its entries are among other members of its metadata, and looks of them elsewhere. */
const object = fc
  .record({ before: members, own: fc.option(entries, { nil: undefined }), after: members, spec: value })
  .map(({ before, own, after, spec }): KubeObject => {
    const others = (given: [string, Json][]) =>
      given.filter(([name]) => name !== 'managedFields' && name !== '__proto__');
    const metadata = Object.fromEntries<unknown>([
      ...others(before),
      ...(own === undefined ? [] : [['managedFields', own] as const]),
      ...others(after),
      ['annotations', { managedFields: '[{}]' }],
    ]);
    return { ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata }, spec: { metadata: { managedFields: [spec] } } };
  });

it('tells the entries of a body from the rest, wherever they stand', () => {
  fc.assert(
    fc.property(object, (given) => {
      const { resourceVersion: _, managedFields, ...metadata } = given.metadata;
      const { rest, entries: found } = splitBody(encodeBody(given));
      expect(JSON.parse(rest)).toEqual(JSON.parse(JSON.stringify({ ...given, metadata })));
      expect(found).toBe(managedFields && JSON.stringify(managedFields));
    }),
  );
});

it('is undone by a body with the entries given as text, where they are last in the metadata', () => {
  fc.assert(
    fc.property(object, entries, ({ metadata: { managedFields: _, ...metadata }, ...rest }, managedFields) => {
      const body = encodeBody({ ...rest, metadata: { ...metadata, managedFields } });
      const split = decodeSplit({ body, revision: 0 });
      expect(encodeBody(split.object, split.entries)).toBe(body);
      const { spec: __, ...bare } = rest;
      const alone = { ...bare, metadata: { name: 'a' } };
      expect(encodeBody(alone, '[]')).toBe(encodeBody({ ...alone, metadata: { name: 'a', managedFields: [] } }));
    }),
  );
});
