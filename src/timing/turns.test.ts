import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

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
