import { afterEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { drainController } from './controller.ts';

const DRAINS = 'drains.fleet.flotilla.dev';
const NOTE = 'fleet.flotilla.dev/drain';
let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});

/** Drains by name, in the order in which they were made, with the nodes that they want; they are paused. */
async function world(nodes: number, drains: Readonly<Record<string, readonly string[]>>): Promise<FleetWorld> {
  const fleet = new FleetWorld([drainController]);
  worlds = [...worlds, fleet];
  for (let index = 0; index < nodes; index += 1) {
    fleet.add('nodes', { kind: 'Node', metadata: { name: `n${index}` } });
  }
  await fleet.start();
  for (const [name, nodeNames] of Object.entries(drains)) {
    const spec = { nodeNames: [...nodeNames], paused: true };
    fleet.add(DRAINS, { apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Drain', metadata: { name }, spec });
  }
  await fleet.advance(1_000);
  return fleet;
}

const goOn = (fleet: FleetWorld) => {
  for (const { metadata } of fleet.all(DRAINS)) {
    fleet.edit(DRAINS, '', metadata.name, ({ spec }) => {
      spec.paused = false;
    });
  }
};
const begin = (fleet: FleetWorld, node: string, drain: string, drained: boolean) =>
  fleet.edit('nodes', '', node, (object) => {
    const by = fleet.get(DRAINS, drain)?.metadata.uid;
    object.metadata.annotations = { [NOTE]: JSON.stringify({ by, cordoned: true, drained, since: 0 }) };
    object.spec = { unschedulable: true };
  });
const bareOn = (fleet: FleetWorld, nodeName: string) =>
  fleet.add('pods', {
    kind: 'Pod',
    metadata: { name: nodeName, namespace: 'default' },
    spec: { nodeName, containers: [] },
  });
const status = (fleet: FleetWorld, drain: string) => (fleet.get(DRAINS, drain) as Loose).status;
const writer = (fleet: FleetWorld, node: string) => {
  const by = JSON.parse(fleet.get('nodes', node)?.metadata.annotations?.[NOTE] ?? '{}').by;
  return fleet.all(DRAINS).find(({ metadata }) => metadata.uid === by)?.metadata.name;
};
const cordoned = (fleet: FleetWorld) =>
  fleet.all('nodes').flatMap(({ metadata, spec }) => (spec?.unschedulable === true ? [metadata.name] : []));

describe('drains that want nodes of each other', () => {
  test('and have each emptied what the other wants come both to their end', async () => {
    const fleet = await world(2, { first: ['n0', 'n1'], second: ['n0', 'n1'] });
    begin(fleet, 'n0', 'first', true);
    begin(fleet, 'n1', 'second', true);
    goOn(fleet);
    await fleet.advance(20_000);
    for (const name of ['first', 'second']) {
      expect(status(fleet, name)).toMatchObject({ phase: 'Completed', nodesDrained: 2 });
    }
    expect(cordoned(fleet)).toEqual(['n0', 'n1']);
    expect(fleet.errors).toEqual([]);
  });

  test('and wait in a ring come all to their end', async () => {
    const fleet = await world(3, { first: ['n0', 'n1'], second: ['n1', 'n2'], third: ['n2', 'n0'] });
    begin(fleet, 'n0', 'first', true);
    begin(fleet, 'n1', 'second', true);
    begin(fleet, 'n2', 'third', true);
    goOn(fleet);
    await fleet.advance(30_000);
    for (const name of ['first', 'second', 'third']) {
      expect(status(fleet, name)).toMatchObject({ phase: 'Completed', nodesDrained: 2 });
    }
    expect(fleet.errors).toEqual([]);
  });

  test('leave one that waits for none of them what it has emptied, and it comes to its end', async () => {
    const fleet = await world(3, { first: ['n0', 'n2'], second: ['n0', 'n1'] });
    bareOn(fleet, 'n1');
    bareOn(fleet, 'n2');
    begin(fleet, 'n0', 'second', true);
    begin(fleet, 'n1', 'second', false);
    goOn(fleet);
    await fleet.advance(10_000);
    expect(writer(fleet, 'n0')).toBe('second');
    expect(status(fleet, 'first').nodes).toContainEqual(
      expect.objectContaining({ name: 'n0', state: 'Pending', message: 'Drain second empties it' }),
    );
    await fleet.delete('pods', 'default', 'n1', 0);
    await fleet.advance(10_000);
    expect(status(fleet, 'second')).toMatchObject({ phase: 'Completed', nodesDrained: 2 });
    await fleet.advance(10_000);
    expect(writer(fleet, 'n0')).toBe('first');
    expect(status(fleet, 'first')).toMatchObject({ phase: 'Blocked', nodesDrained: 1 });
    expect(fleet.errors).toEqual([]);
  });

  test('give back what one of them took over from another that had cordoned it', async () => {
    const fleet = await world(3, { first: ['n0', 'n1', 'n2'], second: ['n0', 'n1'] });
    bareOn(fleet, 'n2');
    begin(fleet, 'n0', 'first', true);
    begin(fleet, 'n1', 'second', true);
    goOn(fleet);
    await fleet.advance(10_000);
    expect(writer(fleet, 'n1')).toBe('first');
    expect(cordoned(fleet)).toEqual(['n0', 'n1', 'n2']);
    await fleet.delete(DRAINS, '', 'second');
    await fleet.delete(DRAINS, '', 'first');
    await fleet.advance(5_000);
    expect(fleet.all(DRAINS)).toEqual([]);
    expect(cordoned(fleet)).toEqual([]);
    expect(fleet.errors).toEqual([]);
  });

  test('leave cordoned what they took over from one that has ended', async () => {
    const fleet = await world(2, { first: ['n0'], second: ['n0', 'n1'] });
    bareOn(fleet, 'n1');
    fleet.edit(DRAINS, '', 'first', ({ spec }) => {
      spec.paused = false;
    });
    await fleet.advance(5_000);
    expect(status(fleet, 'first').phase).toBe('Completed');
    goOn(fleet);
    await fleet.advance(10_000);
    expect(writer(fleet, 'n0')).toBe('second');
    await fleet.delete(DRAINS, '', 'second');
    await fleet.advance(5_000);
    expect(cordoned(fleet)).toEqual(['n0']);
    expect(fleet.errors).toEqual([]);
  });
});
