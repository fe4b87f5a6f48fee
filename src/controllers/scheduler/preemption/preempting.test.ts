/** Pre-emption from the pod that fits nowhere to the pod that runs, with the kubelets that end the victims. */
import { afterEach, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../../test/support/fleet-world.ts';
import { schedulerController } from '../controller.ts';

let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});
/** Nodes of 4 cpus. */
async function world(...nodes: string[]): Promise<FleetWorld> {
  const fleet = new FleetWorld([schedulerController]);
  worlds = [...worlds, fleet];
  for (const name of nodes) {
    fleet.add('nodes', { kind: 'Node', metadata: { name }, status: { allocatable: { cpu: '4', pods: '110' } } });
  }
  await fleet.start();
  return fleet;
}
const pod = (fleet: FleetWorld, name: string, priority: number, cpu: string, spec: object = {}) =>
  fleet.add('pods', {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, status: { phase: 'Pending' } },
    spec: {
      schedulerName: 'default-scheduler',
      priority,
      containers: [{ name: 'c', resources: { requests: { cpu } } }],
      ...spec,
    },
  });
const get = (fleet: FleetWorld, name: string) => fleet.get('pods', name) as Loose;
const condition = ({ status }: Loose, type: string) =>
  status.conditions?.find((each: { type: string }) => each.type === type);

test('victims end with grace, their node is kept for the pod, and it runs there', async () => {
  const fleet = await world('n');
  pod(fleet, 'low', 1, '3');
  await fleet.advance(3_000);
  const { uid } = pod(fleet, 'high', 10, '3').metadata;
  await fleet.rest();
  const message = '0/1 nodes are available: 1 Insufficient cpu.';
  expect(condition(get(fleet, 'high'), 'PodScheduled')).toMatchObject({
    status: 'False',
    reason: 'Unschedulable',
    message,
  });
  expect(get(fleet, 'high').status.nominatedNodeName).toBe('n');
  expect(condition(get(fleet, 'low'), 'DisruptionTarget')).toMatchObject({
    ...{ status: 'True', reason: 'PreemptionByScheduler' },
    message: 'default-scheduler: preempting to accommodate a higher priority pod',
  });
  expect(get(fleet, 'low').metadata.deletionTimestamp).toBeDefined();
  expect(fleet.events.filter(({ reason }) => reason !== 'Scheduled')).toEqual([
    expect.objectContaining({
      name: 'low',
      type: 'Normal',
      reason: 'Preempted',
      message: `Preempted by pod ${uid} on node n`,
    }),
    expect.objectContaining({ name: 'high', type: 'Warning', reason: 'FailedScheduling', message }),
  ]);
  // The room that comes free is not for those who are less important, though they come first.
  pod(fleet, 'greedy', 2, '1');
  pod(fleet, 'modest', 2, '500m');
  await fleet.advance(5_000);
  expect(fleet.get('pods', 'low')).toBeUndefined();
  expect(get(fleet, 'high').spec.nodeName).toBe('n');
  expect(get(fleet, 'greedy').spec.nodeName).toBe('n');
  expect(fleet.errors).toEqual([]);
});

test('a victim is deleted once, however long it takes, and nobody else is', async () => {
  const fleet = await world('n', 'm');
  pod(fleet, 'low', 1, '4', { nodeName: 'n' });
  pod(fleet, 'low2', 1, '4', { nodeName: 'm' });
  fleet.deadNodes.add('n').add('m');
  pod(fleet, 'high', 10, '4');
  await fleet.advance(30_000);
  const ending = fleet.all('pods').filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  expect(ending).toHaveLength(1);
  expect(fleet.events.filter(({ reason }) => reason === 'Preempted')).toHaveLength(1);
});

test('a more important pod takes over a promised node; the promise is taken back', async () => {
  const fleet = await world('n');
  fleet.deadNodes.add('n');
  pod(fleet, 'low', 1, '4', { nodeName: 'n' });
  pod(fleet, 'middle', 5, '4');
  await fleet.rest();
  expect(get(fleet, 'middle').status.nominatedNodeName).toBe('n');
  pod(fleet, 'high', 10, '4');
  await fleet.rest();
  expect(get(fleet, 'middle').status.nominatedNodeName).toBeUndefined();
  expect(get(fleet, 'high').status.nominatedNodeName).toBe('n');
  fleet.deadNodes.clear();
  await fleet.advance(10_000);
  expect([get(fleet, 'high').spec.nodeName, get(fleet, 'middle').spec.nodeName]).toEqual(['n', undefined]);
});

test('a pod that must not pre-empt says so, and takes no one’s place', async () => {
  const fleet = await world('n');
  pod(fleet, 'low', 1, '4', { nodeName: 'n' });
  pod(fleet, 'polite', 10, '4', { preemptionPolicy: 'Never' });
  await fleet.advance(15_000);
  expect(condition(get(fleet, 'polite'), 'PodScheduled').message).toBe(
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
  );
  expect(get(fleet, 'low').metadata.deletionTimestamp).toBeUndefined();
});

test('many important pods find their room at once, each at the cost of its own victim', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
  const fleet = await world(...names);
  for (const name of names) {
    pod(fleet, `low-${name}`, 1, '4', { nodeName: name });
  }
  await fleet.advance(2_000);
  for (let index = 0; index < 6; index += 1) {
    pod(fleet, `high${index}`, 10, '4');
  }
  await fleet.rest();
  const ending = fleet.all('pods').filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  expect(ending).toHaveLength(6);
  await fleet.advance(10_000);
  const highs = fleet.all('pods').filter(({ metadata }) => metadata.name.startsWith('high'));
  expect(new Set(highs.map(({ spec }) => spec.nodeName)).size).toBe(6);
  expect(highs.every(({ spec }) => spec.nodeName !== undefined)).toBe(true);
  expect(fleet.all('pods').filter(({ metadata }) => metadata.name.startsWith('low'))).toHaveLength(4);
});
