import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

function deferred() {
  const runs: (() => void)[] = [];
  return { defer: (run: () => void) => runs.push(run), next: () => runs.shift()?.(), runs };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('lets few begin at once, and many a slice at a time, in order', async () => {
  const loop = deferred();
  let idle = 0;
  const turns = new Turns(() => (idle += 1), loop.defer);
  const begun: number[] = [];
  for (let i = 0; i < 100; i += 1) {
    void turns.take(0).then(() => begun.push(i));
  }
  const after: number[] = [];
  do {
    await settle();
    after.push(begun.length);
    loop.next();
  } while (after.at(-1) !== 100);
  expect(after).toEqual([32, 64, 96, 100]);
  expect(begun).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect([idle, turns.isBusy]).toEqual([1, false]);
  // The slice after the last one may be taken from at once, and then nothing is scheduled for nobody.
  await turns.take(0);
  while (loop.runs.length > 0) {
    loop.next();
  }
  expect(idle).toBe(1);
});

it('counts bytes, and lets what is larger than a slice have one of its own', async () => {
  const loop = deferred();
  const turns = new Turns(() => undefined, loop.defer);
  const begun: number[] = [];
  for (const [index, bytes] of [0, 5_000_000, 5_000_000, 400_000, 700_000, 0].entries()) {
    void turns.take(bytes).then(() => begun.push(index));
  }
  const after: number[][] = [];
  while (begun.length < 6) {
    await settle();
    after.push([...begun]);
    loop.next();
  }
  expect(after).toEqual(
    [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4, 5],
    ].slice(0, after.length),
  );
});
