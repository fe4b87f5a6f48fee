import { expect, it } from 'vitest';
import { Rounds, Turns } from './turns.ts';

/** Whether something that was waiting ran before `work` came back. */
async function letsOthersRun(work: () => Promise<void>): Promise<boolean> {
  let ran = false;
  setImmediate(() => {
    ran = true;
  });
  await work();
  return ran;
}

it('gives others a turn after much work, not after little', async () => {
  const turns = new Turns();
  expect(await letsOthersRun(() => turns.after(150_000))).toBe(false);
  expect(await letsOthersRun(() => turns.after(150_000))).toBe(true);
  expect(await letsOthersRun(() => turns.after(150_000))).toBe(false);
});

it('begins what would begin together one after another, others between', async () => {
  const rounds = new Rounds();
  const order: string[] = [];
  const piece = async (name: string): Promise<void> => {
    await rounds.next();
    order.push(name);
    setImmediate(() => order.push('others'));
  };
  await Promise.all(['a', 'b', 'c'].map(piece));
  expect(order).toEqual(['a', 'others', 'b', 'others', 'c']);
});
