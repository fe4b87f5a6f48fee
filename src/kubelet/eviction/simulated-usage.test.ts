import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { SimulationProfileSpec } from '../../resources/fleet/simulation-profile/types.ts';
import type { KubeletConfiguration } from '../../values/kubelet-configuration/configuration.ts';
import type { Node } from '../node.ts';
import type { PodSpec } from '../pod.ts';

async function node(configuration: KubeletConfiguration, ...specs: SimulationProfileSpec[]): Promise<World> {
  const world = new World(configuration);
  world.simulation = specs;
  const capacity = JSON.stringify({ memory: '4Gi', 'ephemeral-storage': '10Gi' });
  world.addNode('n1', { annotations: { 'fleet.flotilla.dev/capacity': capacity } });
  await world.run(1_000);
  return world;
}
const leak = (image: string, to: string, duration: string): SimulationProfileSpec => ({
  selector: { images: [image] },
  usage: { memory: { ramp: { from: '16Mi', to, duration } } },
});
const asking = (image: string, memory: string, priority = 0): Partial<PodSpec> => ({
  priority,
  containers: [{ name: 'main', image, resources: { requests: { memory } } }],
});
const pressure = (world: World, type: string): string | undefined =>
  world.node('n1')?.status?.conditions?.find((one) => one.type === type)?.status;
const ends = (world: World, ...names: string[]) =>
  names.map((name) => world.pod(name)?.status?.reason ?? world.pod(name)?.status?.phase);

describe('memory that profiles have pods use', () => {
  it('runs short, and pods go in the order of the kubelet: over their requests, by priority, by how much', async () => {
    const world = await node(
      {},
      leak('leak:*', '1200Mi', '5m'),
      leak('big:*', '1300Mi', '5m'),
      leak('calm:*', '500Mi', '5m'),
    );
    world.addPod('calm', asking('calm:1', '600Mi'));
    world.addPod('high', asking('leak:1', '100Mi', 100));
    world.addPod('low', asking('leak:1', '100Mi'));
    world.addPod('lower', asking('big:1', '100Mi'));
    await world.run(180_000);
    expect(pressure(world, 'MemoryPressure')).toBe('False');
    await world.run(120_000);
    expect(pressure(world, 'MemoryPressure')).toBe('True');
    expect(ends(world, 'calm', 'high', 'low', 'lower')).toEqual(['Running', 'Running', 'Running', 'Evicted']);
    expect(world.pod('lower')?.status?.message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 102400Ki, available: \d+Ki\. Container main was using \d+Ki, request is 102400Ki, has larger consumption of memory\. $/,
    );
    expect(world.errors).toEqual([]);
    await world.run(400_000);
    expect(pressure(world, 'MemoryPressure')).toBe('False');
    expect(ends(world, 'calm', 'high', 'low')).toEqual(['Running', 'Running', 'Running']);
  });

  it('is seen in time however fast it grows: a node is looked at when it will run short', async () => {
    const world = await node({}, leak('*', '8Gi', '30s'));
    await world.run(600_000);
    world.addPod('web');
    await world.run(100_000);
    expect(ends(world, 'web')).toEqual(['Evicted']);
  });

  it('gives way to what an annotation says', async () => {
    const world = await node({}, leak('*', '8Gi', '30s'));
    world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
      metadata.annotations = {
        ...metadata.annotations,
        'fleet.flotilla.dev/signals': JSON.stringify({ 'memory.available': '3Gi' }),
      };
    });
    world.addPod('web');
    await world.run(300_000);
    expect(ends(world, 'web')).toEqual(['Running']);
  });
});

it('what profiles have pods write fills the disk, and who is over his request goes first', async () => {
  const fill = (image: string, to: string): SimulationProfileSpec => ({
    selector: { images: [image] },
    usage: { ephemeralStorage: { ramp: { from: '0', to, duration: '2m' } } },
  });
  const world = await node({}, fill('log:*', '9Gi'), fill('db:*', '3Gi'));
  const spec = (image: string, request: string): Partial<PodSpec> => ({
    containers: [{ name: 'main', image, resources: { requests: { 'ephemeral-storage': request } } }],
  });
  world.addPod('db', spec('db:1', '4Gi'));
  world.addPod('log', spec('log:1', '1Gi'));
  await world.run(60_000);
  expect(pressure(world, 'DiskPressure')).toBe('False');
  await world.run(120_000);
  expect(pressure(world, 'DiskPressure')).toBe('True');
  expect(ends(world, 'db', 'log')).toEqual(['Running', 'Evicted']);
  expect(world.pod('log')?.status?.message).toContain(
    'request is 1048576Ki, has larger consumption of ephemeral-storage. ',
  );
});

it('nothing is read of the pods of nodes whose pods no profile fills', async () => {
  const readsWith = async (...specs: SimulationProfileSpec[]): Promise<number | undefined> => {
    const world = await node({}, ...specs);
    await world.run(3_600_000);
    return world.calls.get('list');
  };
  const without = await readsWith();
  expect(await readsWith({ usage: { cpu: { constant: '1' } } }, { start: { constant: '1s' } })).toBe(without);
  expect(await readsWith(leak('none', '1Gi', '1m'))).toBeGreaterThan(without ?? 0);
});
