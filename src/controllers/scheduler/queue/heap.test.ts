import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from './heap.ts';

test('gives the least of those that are still valid, whatever went in and out before', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('push' as const), value: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ do: fc.constant('pop' as const) }),
    fc.record({ do: fc.constant('spoil' as const), at: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let all: { value: number; isGone: boolean }[] = [];
      const heap = new Heap<(typeof all)[number]>(
        (a, b) => a.value < b.value,
        ({ isGone }) => !isGone,
      );
      for (const now of steps) {
        if (now.do === 'push') {
          const item = { value: now.value, isGone: false };
          all.push(item);
          heap.push(item);
        } else if (now.do === 'spoil') {
          const item = all[now.at];
          if (item !== undefined) {
            item.isGone = true;
          }
        } else {
          all = all.filter(({ isGone }) => !isGone);
          const least = all.length === 0 ? undefined : Math.min(...all.map(({ value }) => value));
          expect(heap.peek()?.value).toBe(least);
          const popped = heap.pop();
          expect(popped?.value).toBe(least);
          all = all.filter((item) => item !== popped);
        }
      }
    }),
  );
});
