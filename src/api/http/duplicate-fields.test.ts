import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duplicateFields } from './duplicate-fields.ts';

it('finds none where there is none, whatever keys and texts hold', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, space) => {
      expect(duplicateFields(JSON.stringify(value, undefined, space))).toEqual([]);
    }),
  );
});

it('finds what was written twice, wherever it is', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.array(fc.nat(3)), (object, places) => {
      const [key = ''] = Object.keys(object);
      const once = JSON.stringify(object);
      const twice = `${once.slice(0, -1)},${JSON.stringify(key)}:null}`;
      const text = places.reduce((inner, place) => `[${'0,'.repeat(place)}${inner}]`, `{"x":${twice}}`);
      const path = places.reduce(
        (inner, place) => `[${place}]${inner}`,
        places.length === 0 ? `x.${key}` : `.x.${key}`,
      );
      expect(duplicateFields(text)).toEqual([path]);
    }),
  );
});

it('reads keys as what they mean, tells each path once, and a hundred of them', () => {
  expect(duplicateFields('{"a":1,"\\u0061":2,"a":3}')).toEqual(['a']);
  const many = Array.from({ length: 500 }, (_, i) => `"k${i}":1,"k${i}":2`).join(',');
  expect(duplicateFields(`{${many}}`)).toHaveLength(100);
});
