import { afterEach, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { nodeLifecycleController } from '../node-lifecycle/controller.ts';
import { nodePoolController } from './controller.ts';

const POOLS = 'nodepools.fleet.flotilla.dev';
let fleet: FleetWorld;
afterEach(() => fleet.stop());

async function pool(replicas: number, repair: object): Promise<void> {
  fleet = new FleetWorld([nodePoolController, nodeLifecycleController]);
  await fleet.start();
  fleet.add(POOLS, {
    ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'blue' } },
    spec: { replicas, template: { zones: ['a', 'b'] }, repair },
  } as never);
  await fleet.advance(5_000);
}
const uids = (): string[] => fleet.all('nodes').map(({ metadata }) => metadata.uid ?? '');
const uidOf = (name: string): string | undefined => fleet.get('nodes', name)?.metadata.uid;
const replaced = (): string[] =>
  fleet.events.filter(({ reason }) => reason === 'NodeReplaced').map(({ message }) => message);

test('a node that stays NotReady is deleted and made anew, with the settings of the pool', async () => {
  await pool(5, { notReadySeconds: 120, maxUnhealthy: '40%' });
  const before = uidOf('blue-1');
  const others = uids().filter((uid) => uid !== before);
  fleet.deadNodes.add('blue-1');
  // 50 s of grace, then 120 s.
  await fleet.advance(150_000, 5_000);
  expect(uidOf('blue-1')).toBe(before);
  await fleet.advance(40_000, 5_000);
  expect(uidOf('blue-1')).not.toBe(before);
  fleet.deadNodes.clear();
  await fleet.advance(10_000);
  const node = fleet.get('nodes', 'blue-1') as Loose;
  expect(node.metadata.labels).toMatchObject({ 'topology.kubernetes.io/zone': 'b' });
  expect(node.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
  expect(uids()).toEqual(expect.arrayContaining(others));
  expect(replaced()).toEqual(['Node blue-1 stayed NotReady: it is deleted and made anew']);
  expect(fleet.errors).toEqual([]);
});

test('one that never becomes Ready goes too', async () => {
  fleet = new FleetWorld([nodePoolController]);
  await fleet.start();
  fleet.deadNodes.add('blue-0');
  fleet.add(POOLS, {
    ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'blue' } },
    spec: { replicas: 3, repair: { notReadySeconds: 60 } },
  } as never);
  await fleet.advance(1_000);
  const before = uidOf('blue-0');
  await fleet.advance(70_000, 5_000);
  expect(uidOf('blue-0')).not.toBe(before);
});

test('the only node of a pool is replaced, too; one that was told to shut down is not', async () => {
  await pool(1, { notReadySeconds: 60 });
  const before = uidOf('blue-0');
  fleet.edit('nodes', '', 'blue-0', ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, 'fleet.flotilla.dev/shutdown': '15m' };
  });
  fleet.deadNodes.add('blue-0');
  await fleet.advance(300_000, 5_000);
  expect(uidOf('blue-0')).toBe(before);
  fleet.edit('nodes', '', 'blue-0', ({ metadata }) => {
    delete metadata.annotations?.['fleet.flotilla.dev/shutdown'];
  });
  await fleet.advance(5_000);
  expect(uidOf('blue-0')).not.toBe(before);
});

test('one that is drained is left alone, and repaired again once it is uncordoned', async () => {
  await pool(3, { notReadySeconds: 60 });
  const before = uidOf('blue-0');
  fleet.edit('nodes', '', 'blue-0', (node) => {
    const note = JSON.stringify({ by: 'some-drain', cordoned: true, drained: true, since: 0 });
    node.metadata.annotations = { ...node.metadata.annotations, 'fleet.flotilla.dev/drain': note };
    node.spec = { ...node.spec, unschedulable: true };
  });
  fleet.deadNodes.add('blue-0');
  await fleet.advance(300_000, 5_000);
  expect(uidOf('blue-0')).toBe(before);
  fleet.edit('nodes', '', 'blue-0', ({ spec }) => {
    delete spec.unschedulable;
  });
  await fleet.advance(5_000);
  expect(uidOf('blue-0')).not.toBe(before);
});

test.each([7_200_000, -7_200_000])(
  'a wall clock that is set by %i ms changes nothing of when a node is replaced',
  async (step) => {
    await pool(5, { notReadySeconds: 120 });
    const before = uidOf('blue-1');
    fleet.deadNodes.add('blue-1');
    // Silent for 50 s, and seen so within 5 s more.
    await fleet.advance(80_000, 5_000);
    fleet.clock.step(step);
    await fleet.advance(80_000, 5_000);
    expect(uidOf('blue-1')).toBe(before);
    await fleet.advance(40_000, 5_000);
    expect(uidOf('blue-1')).not.toBe(before);
    expect(uids()).toHaveLength(5);
  },
);

test('nothing is replaced while too many are away, and what recovers stays', async () => {
  await pool(5, { notReadySeconds: 60, maxUnhealthy: '40%' });
  const before = uids();
  for (const name of ['blue-0', 'blue-1', 'blue-2']) {
    fleet.deadNodes.add(name);
  }
  await fleet.advance(300_000, 5_000);
  expect(uids()).toEqual(before);
  fleet.deadNodes.clear();
  await fleet.advance(120_000, 5_000);
  expect(uids()).toEqual(before);
  expect(replaced()).toEqual([]);
});

test('a pool that an older version stored without notReadySeconds repairs nothing', async () => {
  await pool(3, { maxUnhealthy: '40%' });
  const before = uids();
  fleet.deadNodes.add('blue-0');
  await fleet.advance(300_000, 5_000);
  expect(uids()).toEqual(before);
  expect(fleet.get(POOLS, 'blue')?.status).toMatchObject({ replicas: 3, readyReplicas: 2 });
  expect(fleet.errors).toEqual([]);
});
