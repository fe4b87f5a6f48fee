/** Runtimes that do not answer and are not given up either: what they hold up is the one pod or node that it is about. */
import { describe, expect, it } from 'vitest';
import { type Hostile, hostileWorld, lookAtNodes, phase, ready, restarts } from '../../test/support/hostile-world.ts';
import type { Runtime } from '../runtimes/runtime.ts';

type Method = 'info' | 'list' | 'pod' | 'ensurePod' | 'startContainer' | 'killPod' | 'removePod';
type ImageMethod = 'status' | 'pull' | 'list';

/** All calls of the method wait until the gate opens. */
function gated(honest: Runtime, method: Method, gate: () => Promise<void>): Partial<Runtime> {
  const call = honest[method] as (...given: unknown[]) => Promise<unknown>;
  return { [method]: async (...given: unknown[]) => gate().then(() => call(...given)) };
}
function gatedImages(honest: Runtime, method: ImageMethod, gate: () => Promise<void>): Partial<Runtime> {
  const call = honest.images[method] as (...given: unknown[]) => Promise<unknown>;
  const images = { ...honest.images, [method]: async (...given: unknown[]) => gate().then(() => call(...given)) };
  return { images: images as Runtime['images'] };
}

async function slowWorld(disguise: (honest: Runtime, gate: () => Promise<void>) => Partial<Runtime>) {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let calls = 0;
  const gate = (): Promise<void> => {
    calls += 1;
    return opened;
  };
  // Nothing gives the calls up: a pass that waited for one would never end.
  const hostile = await hostileWorld(
    (honest) => disguise(honest, gate),
    undefined,
    (runtime) => runtime,
  );
  return { hostile, open, calls: () => calls };
}

/** A pod of the other node comes and goes, and its node reports. */
async function othersGoOn(hostile: Hostile): Promise<void> {
  const { world } = hostile;
  world.addPod('other', { nodeName: 'n2' });
  await world.run(20_000);
  expect([phase(hostile, 'good'), phase(hostile, 'other')]).toEqual(['Running', 'Running']);
  world.delete('pods', 'default', 'other', 1);
  await lookAtNodes(hostile);
  await world.run(20_000);
  expect(world.pod('other')).toBeUndefined();
  expect(ready(hostile, 'n2')).toMatchObject({ status: 'True' });
}

describe('a runtime that never answers', () => {
  const starts = ['info', 'list', 'pod', 'ensurePod', 'startContainer'] as const;

  it.each(starts)('in %s holds up no other pod or node, is asked once, and goes on when it does', async (method) => {
    const { hostile, open, calls } = await slowWorld((honest, gate) => gated(honest, method, gate));
    const { world } = hostile;
    await world.run(10_000);
    await othersGoOn(hostile);
    expect(phase(hostile, 'bad') === 'Running').toBe(method === 'info' || method === 'list');
    // Every runtime is asked about the pod that is gone.
    expect(calls()).toBe(method === 'pod' ? 2 : 1);
    open();
    await world.run(60_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad')]).toEqual(['Running', 0]);
    expect(ready(hostile, 'n1')).toMatchObject({ status: 'True' });
    expect([world.states.doubles, world.errors]).toEqual([[], []]);
  });

  it.each(['status', 'pull'] as const)('of an image, in its %s, is waited for by that pod alone', async (method) => {
    const { hostile, open, calls } = await slowWorld((honest, gate) => gatedImages(honest, method, gate));
    const { world } = hostile;
    await world.run(10_000);
    await othersGoOn(hostile);
    // Its own node is none the worse.
    expect(ready(hostile, 'n1')).toMatchObject({ status: 'True' });
    expect([phase(hostile, 'bad'), calls()]).toEqual(['Pending', 1]);
    open();
    await world.run(60_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad'), world.states.doubles]).toEqual(['Running', 0, []]);
  });

  it.each(['killPod', 'removePod'] as const)('in %s keeps that pod, which goes when it does', async (method) => {
    const { hostile, open, calls } = await slowWorld((honest, gate) => gated(honest, method, gate));
    const { world } = hostile;
    await world.run(10_000);
    world.delete('pods', 'default', 'bad', 1);
    await world.run(10_000);
    await othersGoOn(hostile);
    expect([world.pod('bad')?.metadata.name, calls()]).toEqual(['bad', 1]);
    open();
    await world.run(60_000);
    expect([world.pod('bad'), world.states.rows.size, world.states.doubles]).toEqual([undefined, 1, []]);
  });

  it('about a pod whose object is gone is asked once, and forgets it when it does', async () => {
    const { hostile, open, calls } = await slowWorld((honest, gate) => gated(honest, 'killPod', gate));
    const { world } = hostile;
    await world.run(10_000);
    world.delete('pods', 'default', 'bad', 0);
    await world.run(10_000);
    await othersGoOn(hostile);
    expect(calls()).toBe(1);
    open();
    await world.run(60_000);
    expect([world.states.rows.size, world.errors]).toEqual([1, []]);
  });

  it('to a worker that dies meanwhile is asked again by the next, and has the start once', async () => {
    const { hostile, open } = await slowWorld((honest, gate) => gatedImages(honest, 'pull', gate));
    const { world } = hostile;
    await world.run(10_000);
    world.restart();
    open();
    await world.run(60_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad'), world.states.doubles]).toEqual(['Running', 0, []]);
  });
});

describe('a turn that its pass did not wait for', () => {
  it('gives way to what became of the pod meanwhile', async () => {
    const { hostile, open } = await slowWorld((honest, gate) => gated(honest, 'ensurePod', gate));
    const { world } = hostile;
    await world.run(10_000);
    world.delete('pods', 'default', 'bad', 5);
    await world.run(5_000);
    open();
    await world.run(60_000);
    expect([world.pod('bad'), world.states.rows.size]).toEqual([undefined, 1]);
    expect(world.history.get('bad')?.some((line) => line.includes('Running'))).toBe(false);
  });

  it('fails its pod when it fails, which is tried again', async () => {
    let fail = true;
    const { hostile, open } = await slowWorld((honest, gate) => ({
      ensurePod: async (spec) => {
        await gate();
        if (fail) {
          fail = false;
          throw new Error('broken');
        }
        return honest.ensurePod(spec);
      },
    }));
    const { world } = hostile;
    await world.run(10_000);
    open();
    await world.run(60_000);
    expect(world.errors.map(({ message }) => message)).toEqual(['broken']);
    expect(phase(hostile, 'bad')).toBe('Running');
  });
});
