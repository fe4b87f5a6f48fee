/** Nodes whose pods run on a host that is really there. */
import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import type { Room } from '../runtimes/runtime.ts';
import type { EvictionSignal } from '../values/kubelet-configuration/thresholds.ts';
import type { Node } from './node.ts';

const GI = 1_024 ** 3;
const MACHINE = {
  capacity: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '50Gi' },
  ...{ kernelVersion: '6.1.0-13-amd64', osImage: 'Debian GNU/Linux 12 (bookworm)' },
};

async function hostWorld(annotations: Record<string, string> = {}, ...pods: string[]) {
  const left = new Map<EvictionSignal, Room>();
  const world = new World(
    {},
    (runtime) =>
      new Map([
        [
          'simulated',
          {
            ...runtime,
            info: async (name: string) => ({ ...(await runtime.info(name)), machine: MACHINE }),
            hostSignals: { left: async () => left },
          },
        ],
      ]),
  );
  world.addNode('n1');
  world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, ...annotations };
  });
  for (const pod of pods) {
    world.addPod(pod);
  }
  await world.run(10_000);
  return { world, left };
}
const condition = (world: World, type: string) =>
  world.node('n1')?.status?.conditions?.find((each) => each.type === type);

describe('a node on a host', () => {
  it('has what the host has, less what is held back, and says what the host is', async () => {
    const { world } = await hostWorld();
    const { capacity, allocatable, nodeInfo } = world.node('n1')?.status ?? {};
    expect(capacity).toEqual({ ...MACHINE.capacity, pods: '110' });
    expect(allocatable).toMatchObject({ cpu: '4', memory: `${8 * 1_024 * 1_024 - 100 * 1_024}Ki` });
    const { kernelVersion, osImage } = MACHINE;
    expect(nodeInfo).toMatchObject({ kernelVersion, osImage });
  });

  it('has what it was told to have instead', async () => {
    const told = JSON.stringify({ memory: '2Gi', 'example.com/gpu': '1' });
    const { world } = await hostWorld({ 'fleet.flotilla.dev/capacity': told });
    expect(world.node('n1')?.status?.capacity).toEqual({
      ...{ ...MACHINE.capacity, pods: '110' },
      ...{ memory: '2Gi', 'example.com/gpu': '1' },
    });
  });

  it('is under pressure when the host runs short, of what the host has, and evicts', async () => {
    const { world, left } = await hostWorld({}, 'web');
    left.set('memory.available', { capacity: 8 * GI, available: 50 * 1_024 ** 2 });
    left.set('imagefs.available', { capacity: 100 * GI, available: 14 * GI });
    left.set('nodefs.inodesFree', { capacity: 1_000, available: 51 });
    await world.run(15_000);
    expect(condition(world, 'MemoryPressure')?.status).toBe('True');
    expect(condition(world, 'DiskPressure')?.status).toBe('True');
    expect(world.pod('web')?.status).toMatchObject({
      ...{ phase: 'Failed', reason: 'Evicted' },
      message: expect.stringMatching(
        /^The node was low on resource: memory\. Threshold quantity: 102400Ki, available: 51200Ki\. /,
      ),
    });
    left.clear();
    await world.run(400_000);
    expect([condition(world, 'MemoryPressure')?.status, condition(world, 'DiskPressure')?.status]).toEqual([
      'False',
      'False',
    ]);
  });

  it('is not while the host has enough, and an annotation says otherwise', async () => {
    const { world, left } = await hostWorld();
    left.set('memory.available', { capacity: 8 * GI, available: 4 * GI });
    left.set('nodefs.inodesFree', { capacity: 1_000, available: 50 });
    await world.run(30_000);
    expect(condition(world, 'MemoryPressure')?.status).toBe('False');
    expect(condition(world, 'DiskPressure')?.status).toBe('False');
    world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, 'fleet.flotilla.dev/signals': '{"memory.available":"1Mi"}' };
    });
    await world.run(15_000);
    expect(condition(world, 'MemoryPressure')?.status).toBe('True');
  });
});
