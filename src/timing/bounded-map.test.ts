import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

describe('BoundedMap', () => {
  it('forgets the oldest: what was set last longest ago, however often it was asked for', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    expect(map.get('b')).toBe(2);
    map.set('c', 4);
    expect([...map.entries()]).toEqual([
      ['a', 3],
      ['c', 4],
    ]);
  });

  it('lets what it shows be deleted meanwhile', () => {
    const map = new BoundedMap<string, number>(3);
    for (const [i, key] of ['a', 'b', 'c'].entries()) {
      map.set(key, i);
    }
    for (const [key, i] of map.entries()) {
      if (i === 2) {
        break;
      }
      map.delete(key);
    }
    expect([...map.entries()]).toEqual([['c', 2]]);
  });

  it('shows each once, also where all are deleted meanwhile', () => {
    const map = new BoundedMap<string, number>(4);
    for (const key of ['a', 'b', 'c', 'a']) {
      map.set(key, 0);
    }
    const shown: string[] = [];
    for (const [key] of map.entries()) {
      map.delete(key);
      shown.push(key);
    }
    expect([shown, map.size]).toEqual([['b', 'c', 'a'], 0]);
  });

  it('is a list of keys, newest last, cut to its limit', () => {
    const step = fc.record({ key: fc.nat(6), verb: fc.constantFrom('set', 'get', 'delete', 'clear') });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (limit, steps) => {
        const map = new BoundedMap<number, string>(limit);
        let model: (readonly [number, string])[] = [];
        for (const [i, { key, verb }] of steps.entries()) {
          const others = model.filter(([other]) => other !== key);
          if (verb === 'set') {
            map.set(key, `value ${i}`);
            model = [...others, [key, `value ${i}`] as const].slice(-limit);
          } else if (verb === 'get') {
            expect(map.get(key)).toBe(model.find(([other]) => other === key)?.[1]);
          } else if (verb === 'delete') {
            map.delete(key);
            model = others;
          } else {
            map.clear();
            model = [];
          }
          expect([...map.entries()]).toEqual(model);
          expect(map.size).toBe(model.length);
        }
      }),
    );
  });
});
