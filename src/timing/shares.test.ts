import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Shares } from './shares.ts';

const NAMES = ['a', 'b', 'c'] as const;
const SHARES = { a: 1, b: 2, c: 0 };
const never = new AbortController().signal;

/** '' for who has no name. */
const CALLERS = ['', 'x', 'y'] as const;

it('leaves each its share, uses every place that nobody keeps, and passes on what is given back', async () => {
  const step = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...CALLERS), fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (taken) => {
      const shares = new Shares(5, SHARES);
      const callers = NAMES.flatMap((name) => CALLERS.map((caller) => ({ name, caller, asked: 0, held: 0 })));
      const heldBy = (name: string): number =>
        callers.filter((each) => each.name === name).reduce((sum, { held }) => sum + held, 0);
      for (const [name, caller, isTake] of taken) {
        const its = callers.find((each) => each.name === name && each.caller === caller)!;
        if (isTake) {
          its.asked += 1;
          void shares.take(name, never, caller).then(() => {
            its.held += 1;
          });
        } else if (its.held > 0) {
          its.held -= 1;
          its.asked -= 1;
          shares.give(name, caller);
        }
        await Promise.resolve();
        await Promise.resolve();
        const total = callers.reduce((sum, { held }) => sum + held, 0);
        const kept = NAMES.map((each) => Math.max(0, SHARES[each] - heldBy(each)));
        const left = 5 - total - kept.reduce((sum, n) => sum + n);
        expect(left).toBeGreaterThanOrEqual(0);
        // Who waits does so because all places are taken or kept for others: the last one for who has none.
        for (const each of callers.filter(({ held, asked }) => held < asked)) {
          const hasNone = each.caller === '' || each.held === 0;
          expect(left + kept[NAMES.indexOf(each.name)]!).toBeLessThanOrEqual(hasNone ? 0 : 1);
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('wakes two where one place was given back: who waited for it, and who gave it for the last', async () => {
  const shares = new Shares(3, { lists: 0 });
  await Promise.all(['a', 'b'].map((caller) => shares.take('lists', never, caller)));
  const waiting = ['b', 'a'].map((caller) => shares.take('lists', never, caller));
  shares.give('lists', 'a');
  expect([shares.waiting('lists').size, shares.takeFree('lists', 'c')]).toEqual([0, false]);
  await Promise.all(waiting);
});

it('gives what is free to whoever has the fewest, each in the order asked', async () => {
  const shares = new Shares(2, { a: 0, b: 0 });
  const order: string[] = [];
  const take = (name: 'a' | 'b', what: string) => shares.take(name, never).then(() => order.push(what));
  await Promise.all([take('a', 'a1'), take('a', 'a2')]);
  const rest = [take('a', 'a3'), take('a', 'a4'), take('b', 'b1')];
  shares.give('a');
  await rest[2];
  shares.give('a');
  shares.give('b');
  await Promise.all(rest);
  expect(order).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
});

it('takes nothing for who no longer waits', async () => {
  const shares = new Shares(1, { a: 0 });
  await shares.take('a', never);
  const stop = new AbortController();
  const left = shares.take('a', stop.signal);
  const right = shares.take('a', never);
  stop.abort(new Error('too late'));
  await expect(left).rejects.toThrow('too late');
  shares.give('a');
  await right;
  await expect(shares.take('a', AbortSignal.abort(new Error('aborted')))).rejects.toThrow('aborted');
});

it('takes callers in turn, each in the order it asked, and leaves the last place to one who has none', async () => {
  const shares = new Shares(3, { lists: 0 });
  const order: string[] = [];
  const take = (caller: string, what: string): Promise<unknown> =>
    shares.take('lists', never, caller).then(() => order.push(what));
  const all = ['m1', 'm2', 'm3', 'm4', 'm5'].map((what) => take('many', what));
  await Promise.all(all.slice(0, 2));
  expect([shares.waiting('lists').size, shares.takeFree('lists', 'many')]).toEqual([3, false]);
  await take('few', 'f1');
  const rest = [take('few', 'f2'), take('other', 'o1')];
  expect(shares.waiting('lists').sizeOf('many')).toBe(3);
  for (const caller of ['many', 'many', 'few', 'many', 'few', 'other']) {
    shares.give('lists', caller);
    await Promise.resolve();
    await Promise.resolve();
  }
  await Promise.all([...all, ...rest]);
  expect(order).toEqual(['m1', 'm2', 'f1', 'o1', 'm3', 'f2', 'm4', 'm5']);
});

it('lets whoever asks alone have all but one place, and a single place', async () => {
  const shares = new Shares(3, { lists: 1, gets: 1 });
  expect([shares.takeFree('lists', 'a'), shares.takeFree('lists', 'a'), shares.takeFree('lists', 'b')]).toEqual([
    true,
    false,
    true,
  ]);
  expect(new Shares(1, { lists: 0 }).takeFree('lists', 'a')).toBe(true);
});
