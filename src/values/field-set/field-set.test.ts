import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  difference,
  EMPTY_SET,
  equalSets,
  type FieldSet,
  intersection,
  isEmptySet,
  pathsOf,
  recursiveDifference,
  setOfPath,
  union,
  unionOf,
} from './field-set.ts';
import { formatFieldsV1, parseFieldsV1 } from './fields-v1.ts';
import { fieldElement, pathText, readElement, valueElement } from './path-element.ts';

const element = fc.constantFrom('f:a', 'f:b', 'f:__proto__', 'v:1', 'k:{"name":"x"}', 'i:0');
const path = fc.array(element, { minLength: 1, maxLength: 4 });
const paths = fc.array(path, { maxLength: 8 });
const keyOf = (one: readonly string[]): string => one.join('\0');
const setOf = (all: readonly (readonly string[])[]): FieldSet => unionOf(all.map(setOfPath));
const keysOf = (set: FieldSet): Set<string> => new Set(pathsOf(set).map(keyOf));
const isBelow = (one: string, above: string): boolean => one === above || one.startsWith(`${above}\0`);

describe('field sets', () => {
  it('are sets of paths', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        const [left, right] = [new Set(a.map(keyOf)), new Set(b.map(keyOf))];
        expect(keysOf(setOf(a))).toEqual(left);
        expect(keysOf(union(setOf(a), setOf(b)))).toEqual(new Set([...left, ...right]));
        expect(keysOf(intersection(setOf(a), setOf(b)))).toEqual(new Set([...left].filter((key) => right.has(key))));
        expect(keysOf(difference(setOf(a), setOf(b)))).toEqual(new Set([...left].filter((key) => !right.has(key))));
        const apart = [...left].filter((key) => ![...right].some((above) => isBelow(key, above)));
        expect(keysOf(recursiveDifference(setOf(a), setOf(b)))).toEqual(new Set(apart));
      }),
    );
  });

  it('are equal whatever the order in which they came about', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        expect(equalSets(setOf([...a, ...b]), setOf([...b, ...a]))).toBe(true);
        const isSame = [...keysOf(setOf(a))].sort().join() === [...keysOf(setOf(b))].sort().join();
        expect(equalSets(setOf(a), setOf(b))).toBe(isSame);
        expect(isEmptySet(difference(setOf(a), setOf(a)))).toBe(true);
      }),
    );
  });

  it('go through FieldsV1 unchanged', () => {
    fc.assert(
      fc.property(paths, (all) => {
        const json = formatFieldsV1(setOf(all));
        const back = parseFieldsV1(JSON.parse(JSON.stringify(json)));
        expect(back !== undefined && equalSets(back, setOf(all))).toBe(true);
      }),
    );
  });

  it('are written in order, a path before what lies below it', () => {
    const set = setOf([['f:b'], ['f:a', 'k:{"name":"x"}', 'f:image'], ['f:a', 'k:{"name":"x"}'], ['f:a', 'f:z']]);
    expect(JSON.stringify(formatFieldsV1(set))).toBe(
      '{"f:a":{"f:z":{},"k:{\\"name\\":\\"x\\"}":{".":{},"f:image":{}}},"f:b":{}}',
    );
  });

  it.each([
    ['a list', []],
    ['a text', 'f:a'],
    ['an unknown element', { 'x:a': {} }],
    ['keys that are no object', { 'k:[1]': {} }],
    ['keys that are no JSON', { 'k:{': {} }],
    ['an index that is none', { 'i:-1': {} }],
    ['a field that holds no set', { 'f:a': 1 }],
  ])('refuse %s', (_, json) => {
    expect(parseFieldsV1(json)).toBeUndefined();
  });

  it('refuse what is nested too deep to be walked', () => {
    let json = {};
    for (let depth = 0; depth < 10_000; depth += 1) {
      json = { 'f:a': json };
    }
    expect(parseFieldsV1(json)).toBeUndefined();
  });
});

describe('path elements', () => {
  it('are canonical whatever the order of the keys', () => {
    expect(readElement('k:{"protocol":"TCP", "containerPort":80}')).toBe('k:{"containerPort":80,"protocol":"TCP"}');
    expect(valueElement({ b: 1, a: [2, null] })).toBe('v:{"a":[2,null],"b":1}');
  });

  it('are shown as Kubernetes shows them', () => {
    const port = 'k:{"containerPort":80,"protocol":"TCP"}';
    expect(pathText([fieldElement('spec'), 'k:{"name":"a"}', fieldElement('ports'), port])).toBe(
      '.spec[name="a"].ports[containerPort=80,protocol="TCP"]',
    );
    expect(pathText([fieldElement('finalizers'), valueElement('x')])).toBe('.finalizers[="x"]');
    expect(pathText(['i:3'])).toBe('[3]');
    expect(pathText([])).toBe('');
    expect(isEmptySet(EMPTY_SET)).toBe(true);
  });
});
