import { World } from './kubelet-world.ts';

/** A kubelet's world with the node `n1`, registered. */
export async function worldWithNode(): Promise<World> {
  const world = new World();
  world.addNode('n1');
  await world.run(0);
  return world;
}
