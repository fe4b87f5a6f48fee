/** Runtimes that hang or die, and clocks that step: no other node is held up, and all goes on when they are back. */
import { describe, expect, it } from 'vitest';
import { hostileWorld, lookAtNodes, phase, ready, restarts } from '../../test/support/hostile-world.ts';
import { RuntimeError } from '../runtimes/runtime.ts';
import type { Node } from './node.ts';

describe('a runtime that hangs', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const calls = ['info', 'list', 'pod', 'ensurePod', 'startContainer', 'killPod', 'removePod'] as const;

  it.each([...calls, 'images'])('in %s holds up no other, and goes on when it answers', async (call) => {
    const images = { status: never, pull: never, list: never, remove: never };
    const hostile = await hostileWorld(() => (call === 'images' ? { images } : { [call]: never }));
    const { world } = hostile;
    await world.run(20_000);
    expect(phase(hostile, 'good')).toBe('Running');
    world.delete('pods', 'default', 'good', 1);
    world.delete('pods', 'default', 'bad', 1);
    world.addPod('again', {});
    await world.run(20_000);
    expect(world.pod('good')).toBeUndefined();
    hostile.disguise = () => ({});
    await world.run(400_000);
    expect(world.pod('bad')).toBeUndefined();
    expect([phase(hostile, 'again'), restarts(hostile, 'again')]).toEqual(['Running', 0]);
    expect(ready(hostile, 'n1')).toMatchObject({ status: 'True' });
    expect(world.states.doubles).toEqual([]);
    expect(world.states.rows.size).toBe(1);
  });
});

describe('a runtime whose socket dies', () => {
  it('makes its node NotReady with the reason, loses no pod, and comes back by itself', async () => {
    const hostile = await hostileWorld();
    const { world } = hostile;
    await world.run(10_000);
    const refused = async (): Promise<never> => {
      throw new RuntimeError('Unavailable', 'connect ECONNREFUSED /run/containerd.sock');
    };
    const images = { status: refused, pull: refused, list: refused, remove: refused };
    hostile.disguise = () => ({ info: refused, list: refused, pod: refused, ensurePod: refused, images });
    await lookAtNodes(hostile);
    expect(ready(hostile, 'n1')).toMatchObject({
      ...{ status: 'False', reason: 'KubeletNotReady' },
      message: 'container runtime is down: connect ECONNREFUSED /run/containerd.sock',
    });
    expect(ready(hostile, 'n2')).toMatchObject({ status: 'True' });
    world.delete('nodes', '', 'n2', 0);
    world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
      metadata.labels = { ...metadata.labels, looked: 'at' };
    });
    await world.run(60_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad'), hostile.ends]).toEqual(['Running', 0, []]);
    hostile.disguise = () => ({});
    await world.run(400_000);
    expect(ready(hostile, 'n1')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad'), world.states.doubles]).toEqual(['Running', 0, []]);
  });
});

describe('a runtime that is away for long', () => {
  it('has its pods within a sync after it is back', async () => {
    const away = async (): Promise<never> => {
      throw new RuntimeError('Unavailable', 'connect ECONNREFUSED /run/containerd.sock');
    };
    const hostile = await hostileWorld(() => ({ info: away, list: away, pod: away, ensurePod: away }));
    const { world } = hostile;
    await world.run(3_600_000);
    expect([phase(hostile, 'bad'), world.errors]).toEqual(['Pending', []]);
    hostile.disguise = () => ({});
    await world.run(20_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad')]).toEqual(['Running', 0]);
  });
});

describe('a worker whose clock steps', () => {
  it.each([3_600_000, -3_600_000])(
    'by %i ms restarts nothing, and runs and ends what it is asked for',
    async (step) => {
      const hostile = await hostileWorld(undefined, { stopMs: 2_000 });
      const { world } = hostile;
      await world.run(10_000);
      world.skewMs = step;
      world.addPod('new', {}, { startMs: 2_000 });
      world.due.set(`pod/default/bad/${world.pod('bad')?.metadata.uid}`, world.now);
      await lookAtNodes(hostile);
      await world.run(20_000);
      expect([phase(hostile, 'bad'), restarts(hostile, 'bad')]).toEqual(['Running', 0]);
      expect([phase(hostile, 'new'), restarts(hostile, 'new')]).toEqual(['Running', 0]);
      expect(hostile.ends).toEqual([]);
      world.delete('pods', 'default', 'bad', 5);
      await world.run(20_000);
      expect(world.pod('bad')).toBeUndefined();
      world.skewMs = 0;
      await world.run(600_000);
      expect([phase(hostile, 'new'), restarts(hostile, 'new'), world.states.doubles]).toEqual(['Running', 0, []]);
      expect(ready(hostile, 'n1')).toMatchObject({ status: 'True' });
    },
  );
});
