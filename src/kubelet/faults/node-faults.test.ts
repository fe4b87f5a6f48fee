import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import { FAULTS } from './fault-view.ts';

const ZONE = 'topology.kubernetes.io/zone';

/** Three nodes, the first two in zone a. */
async function fleet(): Promise<World> {
  const world = new World();
  for (const name of ['n1', 'n2', 'n3']) {
    world.addNode(name);
    world.edit('nodes', '', name, ({ metadata }) => {
      metadata.labels = { [ZONE]: name === 'n3' ? 'b' : 'a' };
    });
  }
  await world.run(0);
  return world;
}

/** As the fault controller does: the nodes are looked at when a fault comes and goes. */
function wake(world: World): void {
  for (const name of ['n1', 'n2', 'n3']) {
    world.due.set(`node/${name}`, world.now);
  }
}

function inject(world: World, spec: object): void {
  const metadata = { name: 'f', creationTimestamp: new Date(world.now).toISOString() };
  world.add(FAULTS, { apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata, spec });
  wake(world);
}

function heal(world: World): void {
  world.delete(FAULTS, '', 'f', 0);
  wake(world);
}

const pressures = (world: World, name: string): string[] =>
  world
    .node(name)
    ?.status?.conditions?.filter(({ type, status }) => type.endsWith('Pressure') && status === 'True')
    .map(({ type }) => type) ?? [];

describe('a fault of nodes', () => {
  it.each(['KubeletCrash', 'Partition', 'ZoneOutage', 'StopHeartbeat'])(
    '%s stops the heartbeats of its nodes until it is deleted',
    async (type) => {
      const world = await fleet();
      inject(world, { type, zone: 'a' });
      await world.run(30_000);
      expect(world.leases.suspended).toEqual(new Set(['n1', 'n2']));
      heal(world);
      await world.run(0);
      expect(world.leases.suspended).toEqual(new Set());
    },
  );

  it('heals by itself when it is over, though nobody says so and the worker was restarted meanwhile', async () => {
    const world = await fleet();
    inject(world, { type: 'Partition', zone: 'a', durationSeconds: 60 });
    await world.run(30_000);
    world.restart();
    await world.run(29_000);
    expect(world.leases.suspended).toEqual(new Set(['n1', 'n2']));
    await world.run(2_000);
    expect(world.leases.suspended).toEqual(new Set());
  });

  it('is noticed to be gone by nodes that nobody woke', async () => {
    const world = await fleet();
    inject(world, { type: 'Partition', zone: 'a' });
    await world.run(5_000);
    world.delete(FAULTS, '', 'f', 0);
    await world.run(20_000);
    expect(world.leases.suspended).toEqual(new Set());
  });

  it('begins when it says', async () => {
    const world = await fleet();
    inject(world, { type: 'KubeletCrash', nodeNames: ['n3'], startTime: new Date(world.now + 90_000).toISOString() });
    await world.run(89_000);
    expect(world.leases.suspended).toEqual(new Set());
    await world.run(1_000);
    expect(world.leases.suspended).toEqual(new Set(['n3']));
  });

  it('widens over its ramp', async () => {
    const world = new World();
    const names = Array.from({ length: 40 }, (_, i) => `m${i}`);
    for (const name of names) {
      world.addNode(name);
    }
    await world.run(0);
    inject(world, { type: 'KubeletCrash', nodeSelector: {}, share: '50%', rampSeconds: 100 });
    for (const name of names) {
      world.due.set(`node/${name}`, world.now);
    }
    await world.run(25_000);
    const early = new Set(world.leases.suspended);
    await world.run(100_000);
    expect(early.size).toBeGreaterThan(0);
    expect(world.leases.suspended.size).toBeGreaterThan(early.size);
    expect(world.leases.suspended.size).toBeLessThan(32);
    expect([...early].every((name) => world.leases.suspended.has(name))).toBe(true);
  });

  it('KubeletCrash leaves pods as they are, StopHeartbeat lets them go on', async () => {
    const world = await fleet();
    const pod = (name: string, nodeName: string) =>
      world.addPod(name, { nodeName, containers: [{ name: 'c', image: 'a:1' }] });
    inject(world, { type: 'KubeletCrash', nodeNames: ['n1'] });
    const metadata = { name: 'g', creationTimestamp: new Date(world.now).toISOString() };
    world.add(FAULTS, {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata },
      spec: { type: 'StopHeartbeat', nodeNames: ['n2'] },
    });
    pod('crashed', 'n1');
    pod('silent', 'n2');
    await world.run(20_000);
    expect(world.leases.suspended).toEqual(new Set(['n1', 'n2']));
    expect(world.pod('crashed')?.status).toEqual({ phase: 'Pending' });
    expect(world.pod('silent')?.status?.phase).toBe('Running');
    heal(world);
    await world.run(25_000);
    expect(world.pod('crashed')?.status?.phase).toBe('Running');
    expect(world.states.doubles).toEqual([]);
  });

  it('KubeletCrash: what ran before runs on, and is adopted in the end', async () => {
    const world = await fleet();
    world.addPod('p', { nodeName: 'n1', containers: [{ name: 'c', image: 'a:1' }] });
    await world.run(5_000);
    const before = world.pod('p')?.status?.containerStatuses;
    inject(world, { type: 'KubeletCrash', nodeNames: ['n1'], durationSeconds: 300 });
    world.due.set(`pod/default/p/${world.pod('p')?.metadata.uid}`, world.now);
    await world.run(100_000);
    world.restart();
    await world.run(300_000);
    expect(before?.[0]).toMatchObject({ ready: true, restartCount: 0 });
    expect(world.pod('p')?.status?.containerStatuses).toEqual(before);
    expect(world.states.doubles).toEqual([]);
  });

  it('presses nodes, by a quantity, a share or to nothing, until it is over', async () => {
    const world = await fleet();
    const spec = { type: 'MemoryPressure', nodeNames: ['n1'], pressure: { available: '50Mi' }, durationSeconds: 60 };
    inject(world, spec);
    await world.run(15_000);
    expect(pressures(world, 'n1')).toEqual(['MemoryPressure']);
    expect(pressures(world, 'n2')).toEqual([]);
    // The condition stays for the transition period of five minutes.
    await world.run(400_000);
    expect(pressures(world, 'n1')).toEqual([]);
  });

  it.each([
    ['DiskPressure', 'DiskPressure'],
    ['PIDPressure', 'PIDPressure'],
  ])('%s is a condition, also where no threshold is set', async (type, condition) => {
    const world = await fleet();
    inject(world, { type, zone: 'b' });
    await world.run(5_000);
    expect(pressures(world, 'n3')).toEqual([condition]);
  });

  it('SlowHeartbeat renews when the delay is over, not with the shard', async () => {
    const world = await fleet();
    inject(world, { type: 'SlowHeartbeat', nodeNames: ['n1'], slowHeartbeat: { factor: 3, delaySeconds: 5 } });
    const before = world.leases.renewals;
    world.leases.ages.set('n1', 1_000);
    await world.run(33_000);
    expect(world.leases.suspended).toEqual(new Set(['n1']));
    expect(world.leases.renewals).toBe(before);
    world.leases.ages.set('n1', 35_000);
    await world.run(2_000);
    expect(world.leases.renewals).toBe(before + 1);
    expect(world.leases.suspended).toEqual(new Set(['n1']));
    heal(world);
    await world.run(0);
    expect(world.leases.suspended).toEqual(new Set());
  });
});
