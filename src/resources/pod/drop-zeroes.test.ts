import { expect, it } from 'vitest';
import { dropZeroFields } from './drop-zeroes.ts';

const NAMES = new Set(['text', 'list', 'map', 'flag', 'count', 'nothing']);

it('drops named fields that are zero, and no others', () => {
  const object = { text: '', list: [], map: {}, flag: false, count: 0, other: '' };
  dropZeroFields(object, NAMES);
  expect(object).toEqual({ other: '' });
  const set = { text: 'a', list: [''], map: { a: '' }, flag: true, count: 1 };
  dropZeroFields(set, NAMES);
  expect(set).toEqual({ text: 'a', list: [''], map: { a: '' }, flag: true, count: 1 });
  expect(() => dropZeroFields(undefined, NAMES)).not.toThrow();
});

it('does not ask an object for what it lacks', () => {
  const asked: PropertyKey[] = [];
  const object = new Proxy<Record<string, unknown>>(
    { text: 'a' },
    {
      get: (target, key) => {
        asked.push(key);
        return target[String(key)];
      },
      has: (_, key) => asked.push(key) > 0,
    },
  );
  dropZeroFields(object, NAMES);
  expect(asked).toEqual(['text']);
});
