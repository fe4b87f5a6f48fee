/** Containers that cannot be made or started: when they are tried again. */
import { expect, it } from 'vitest';
import { hostileWorld, phase } from '../../test/support/hostile-world.ts';
import { RuntimeError, type RuntimeErrorCode } from '../runtimes/runtime.ts';

async function failing(code: RuntimeErrorCode, method: 'startContainer' | 'ensurePod' = 'startContainer') {
  const tries: number[] = [];
  let isMended = false;
  const hostile = await hostileWorld((honest) => ({
    [method]: async (...given: unknown[]) => {
      if (isMended) {
        return (honest[method] as (...of: unknown[]) => Promise<unknown>)(...given);
      }
      tries.push(hostile.world.now);
      throw new RuntimeError(code, 'no such device');
    },
  }));
  const mend = (): void => {
    isMended = true;
  };
  await hostile.world.run(200_000);
  const gaps = tries.slice(1).map((at, i) => (at - (tries[i] ?? 0)) / 1_000);
  return { hostile, gaps, mend };
}

it('one that cannot be made is tried with each sync, however often that fails', async () => {
  const { hostile, gaps, mend } = await failing('CreateContainer');
  const { world } = hostile;
  expect(gaps.length).toBeGreaterThan(10);
  expect(gaps.filter((gap) => gap < 10 || gap > 15.1)).toEqual([]);
  expect(world.pod('bad')?.status?.containerStatuses?.[0]?.state.waiting).toEqual({
    ...{ reason: 'CreateContainerError', message: 'no such device' },
  });
  expect((await world.events()).join('\n')).toContain('Failed Error: no such device');
  mend();
  await world.run(20_000);
  expect(phase(hostile, 'bad')).toBe('Running');
});

it('so is a sandbox', async () => {
  const { hostile, gaps, mend } = await failing('RunContainer', 'ensurePod');
  const { world } = hostile;
  expect(gaps.length).toBeGreaterThan(10);
  expect(gaps.filter((gap) => gap < 10 || gap > 15.1)).toEqual([]);
  expect(world.history.get('bad')?.at(-1)).toBe('Pending [ContainerCreating]');
  const event = (await world.events()).find((line) => line.startsWith('FailedCreatePodSandBox'));
  expect(event).toMatch(/^FailedCreatePodSandBox Failed to create pod sandbox: no such device/);
  mend();
  await world.run(20_000);
  expect([phase(hostile, 'bad'), world.errors]).toEqual(['Running', []]);
});

it('one that was made and does not run waits as one that crashes', async () => {
  const { hostile, gaps } = await failing('RunContainer');
  expect(gaps.map(Math.round)).toEqual([10, 20, 40, 80]);
  expect(hostile.world.pod('bad')?.status?.containerStatuses?.[0]?.state.waiting).toEqual({
    ...{ reason: 'RunContainerError', message: 'no such device' },
  });
});
