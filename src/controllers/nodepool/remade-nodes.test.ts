import { afterEach, describe, expect, test, vi } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { nodePoolController } from './controller.ts';

const POOLS = 'nodepools.fleet.flotilla.dev';
let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});
async function world(replicas: number): Promise<FleetWorld> {
  const fleet = new FleetWorld([nodePoolController]);
  worlds = [...worlds, fleet];
  await fleet.start();
  fleet.add(POOLS, {
    ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'blue' } },
    spec: { replicas },
  });
  await fleet.rest();
  return fleet;
}
const running = (name: string, nodeName: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } },
  spec: { nodeName, containers: [{ name: 'c', image: 'app' }] },
});
const names = (fleet: FleetWorld) => fleet.all('nodes').map(({ metadata }) => metadata.name);
const touch = (fleet: FleetWorld) =>
  fleet.edit('pods', 'default', 'second', ({ metadata }) => {
    metadata.labels = { changed: 'meanwhile' };
  });

describe('a NodePool', () => {
  test('ends pods that change while they are ended before it makes their node anew', async () => {
    const fleet = await world(2);
    for (const name of ['first', 'second']) {
      fleet.add('pods', running(name, 'blue-1'));
    }
    await fleet.rest();
    let isTouched = false;
    fleet.onWrite = (id, object) => {
      if (id === 'pods' && object?.metadata.name === 'first' && !isTouched) {
        isTouched = true;
        touch(fleet);
      }
    };
    await fleet.delete('nodes', '', 'blue-1');
    await fleet.rest();
    expect(isTouched).toBe(true);
    expect(names(fleet)).toEqual(['blue-0', 'blue-1']);
    expect(fleet.all('pods')).toEqual([]);
    expect(fleet.events.filter(({ type }) => type === 'Warning')).toEqual([]);
    expect(fleet.errors).toEqual([]);
  });

  test('makes no node whose pods cannot be ended, says so, and makes the others', async () => {
    const fleet = await world(2);
    fleet.add('pods', running('second', 'blue-1'));
    await fleet.rest();
    const { getMany } = fleet.registry;
    const busy = vi.spyOn(fleet.registry, 'getMany').mockImplementation(async (...args) => {
      const read = await getMany(...args);
      touch(fleet);
      return read;
    });
    await fleet.delete('nodes', '', 'blue-0');
    await fleet.delete('nodes', '', 'blue-1');
    await fleet.rest();
    expect(names(fleet)).toEqual(['blue-0']);
    expect(fleet.events).toContainEqual(expect.objectContaining({ type: 'Warning', reason: 'FailedScale' }));
    busy.mockRestore();
    await fleet.advance(5_000);
    expect(names(fleet)).toEqual(['blue-0', 'blue-1']);
    expect(fleet.all('pods')).toEqual([]);
  });

  test('goes on where a worker that stopped left off, and says of no node that it did not make that it did', async () => {
    const fleet = await world(3);
    fleet.add('pods', running('p', 'blue-2'));
    await fleet.rest();
    const stopAt = (resource: string) => {
      fleet.onWrite = (id) => {
        if (id === resource) {
          fleet.onWrite = undefined;
          fleet.stop();
        }
      };
    };
    const told = () => fleet.events.map(({ message }) => message).slice(1);
    await fleet.delete('nodes', '', 'blue-2');
    stopAt('pods');
    await fleet.rest();
    expect(names(fleet)).toEqual(['blue-0', 'blue-1']);
    expect(told()).toEqual([]);
    await fleet.restart();
    await fleet.advance(30_000);
    expect(names(fleet)).toEqual(['blue-0', 'blue-1', 'blue-2']);
    expect(told()).toEqual(['Created 1 nodes']);
    fleet.edit(POOLS, '', 'blue', ({ spec }) => {
      spec.replicas = 0;
    });
    stopAt('nodes');
    await fleet.rest();
    expect(names(fleet).length).toBeGreaterThan(0);
    expect(told()).toEqual(['Created 1 nodes']);
    await fleet.restart();
    await fleet.advance(30_000);
    expect(names(fleet)).toEqual([]);
    expect(fleet.errors).toEqual([]);
  });
});
