import { expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Node } from '../node.ts';

/** Of 1Ti a tenth is the threshold of nodefs; an image has 5 MB at least. */
const NEARLY = '109950000000';

function tell(world: World, available: string): void {
  world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
    const signals = JSON.stringify({ 'nodefs.available': available });
    metadata.annotations = { ...metadata.annotations, 'fleet.flotilla.dev/signals': signals };
  });
}
const images = async (world: World) => (await world.runtime.images.list('n1')).map(({ image }) => image);
const pressed = (world: World) =>
  world.node('n1')?.status?.conditions?.find(({ type }) => type === 'DiskPressure')?.status;

/** One pod that runs, one that is over, and an image that nobody uses. */
async function fleet(): Promise<World> {
  const world = new World();
  world.addNode('n1');
  await world.run(0);
  world.addPod('stays', { containers: [{ name: 'main', image: 'used:1' }] });
  world.addPod('gone', { containers: [{ name: 'main', image: 'unused:1' }] }, { stopMs: 0 });
  world.addPod(
    'over',
    { restartPolicy: 'Never', containers: [{ name: 'main', image: 'over:1' }] },
    { runMs: 1_000, exitCode: 0 },
  );
  await world.run(20_000);
  world.delete('pods', 'default', 'gone', 1);
  await world.run(10_000);
  return world;
}

it('a node short of disk removes dead containers and unused images, and evicts nobody if that is enough', async () => {
  const world = await fleet();
  expect(await images(world)).toEqual(['over:1', 'unused:1', 'used:1']);
  const over = world.pod('over');
  expect(over?.status?.phase).toBe('Succeeded');
  tell(world, NEARLY);
  await world.run(60_000);
  expect(pressed(world)).toBe('True');
  expect(await images(world)).toEqual(['used:1']);
  expect(world.pod('stays')?.status?.phase).toBe('Running');
  expect(await world.runtime.pod(over?.metadata.uid ?? '')).toBeUndefined();
  expect(world.pod('over')?.status).toEqual(over?.status);
  expect(await world.events()).toContain('EvictionThresholdMet Attempting to reclaim ephemeral-storage');
  await world.run(400_000);
  expect([pressed(world), world.pod('stays')?.status?.phase]).toEqual(['False', 'Running']);
});

it('evicts if that is not enough, and what it freed before does not count against what it is told anew', async () => {
  const world = await fleet();
  tell(world, NEARLY);
  await world.run(20_000);
  expect(world.pod('stays')?.status?.phase).toBe('Running');
  tell(world, `${Number(NEARLY) - 1}`);
  await world.run(30_000);
  expect(world.pod('stays')?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
});

it('short of memory it removes nothing', async () => {
  const world = await fleet();
  world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
    const signals = JSON.stringify({ 'memory.available': '1' });
    metadata.annotations = { ...metadata.annotations, 'fleet.flotilla.dev/signals': signals };
  });
  await world.run(30_000);
  expect(await images(world)).toEqual(['over:1', 'unused:1', 'used:1']);
});
