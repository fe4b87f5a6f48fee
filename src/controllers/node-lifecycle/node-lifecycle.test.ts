import { afterEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { nodeLifecycleController } from './controller.ts';

const ZONE = 'topology.kubernetes.io/zone';
let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});

/** `zones`: nodes by zone. Judgement begins a grace period after the start; that is over here. */
async function world(zones: Record<string, number>): Promise<FleetWorld> {
  const fleet = new FleetWorld([nodeLifecycleController]);
  worlds = [...worlds, fleet];
  for (const [zone, count] of Object.entries(zones)) {
    for (let index = 0; index < count; index += 1) {
      const name = `${zone}${index}`;
      fleet.add('nodes', { kind: 'Node', metadata: { name, labels: { [ZONE]: zone } } });
      fleet.add('pods', { metadata: { name, namespace: 'default' }, spec: { nodeName: name, containers: [] } });
    }
  }
  await fleet.start();
  await fleet.advance(60_000);
  return fleet;
}
const told = (fleet: FleetWorld, reasons: RegExp) =>
  fleet.events.filter(({ reason }) => reasons.test(reason)).map(({ name, reason, message }) => [name, reason, message]);
const node = (fleet: FleetWorld, name: string) => fleet.get('nodes', name) as Loose;
const taints = (fleet: FleetWorld, name: string): string[] =>
  (node(fleet, name).spec?.taints ?? []).map(
    ({ key, effect }: { key: string; effect: string }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`,
  );
const condition = ({ status }: Loose, type = 'Ready') =>
  status.conditions.find((entry: { type: string }) => entry.type === type);
const kill = (fleet: FleetWorld, ...names: string[]): void => {
  for (const name of names) {
    fleet.deadNodes.add(name);
  }
};
const givenUp = (fleet: FleetWorld) =>
  fleet
    .all('nodes')
    .filter(({ metadata }) => taints(fleet, metadata.name).some((taint) => taint.endsWith(':NoExecute')));
const setCondition = (fleet: FleetWorld, name: string, type: string, status: string) =>
  fleet.edit('nodes', '', name, (object) => {
    const others = object.status.conditions.filter((entry: { type: string }) => entry.type !== type);
    object.status.conditions = [...others, { type, status }];
  });

describe('a node that falls silent', () => {
  test('is Unknown after the grace period, tainted, its pods not ready; and recovers whole', async () => {
    const fleet = await world({ a: 3 });
    kill(fleet, 'a0');
    await fleet.advance(49_000);
    expect(condition(node(fleet, 'a0'))).toMatchObject({ status: 'True' });
    await fleet.advance(7_000);
    expect(condition(node(fleet, 'a0'))).toMatchObject({
      ...{ status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
    });
    expect(condition(node(fleet, 'a0'), 'MemoryPressure')).toMatchObject({
      ...{ status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' },
    });
    expect(taints(fleet, 'a0')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
    expect(node(fleet, 'a0').spec.taints[0].timeAdded).toMatch(/^2026-01-01T00:01:5/);
    expect(condition(fleet.get('pods', 'a0') as Loose)).toMatchObject({ status: 'False' });
    expect(condition(fleet.get('pods', 'a1') as Loose)).toMatchObject({ status: 'True' });
    expect(told(fleet, /NotReady/)).toEqual([
      ['a0', 'NodeNotReady', 'Node a0 status is now: NodeNotReady'],
      ['a0', 'NodeNotReady', 'Node is not ready'],
    ]);
    fleet.deadNodes.clear();
    await fleet.advance(2_000);
    expect(taints(fleet, 'a0')).toEqual([]);
    expect(condition(node(fleet, 'a0'))).toMatchObject({ status: 'True' });
    expect(fleet.errors).toEqual([]);
  });

  test('that never spoke at all is judged too', async () => {
    const fleet = await world({ a: 3 });
    kill(fleet, 'late');
    fleet.add('nodes', { kind: 'Node', metadata: { name: 'late' } });
    await fleet.advance(56_000);
    expect(node(fleet, 'late').status?.conditions).toBeUndefined();
    await fleet.advance(10_000);
    expect(condition(node(fleet, 'late'))).toMatchObject({ status: 'Unknown', reason: 'NodeStatusNeverUpdated' });
  });

  test('is Unknown after one grace period too when it is the whole fleet; its pods are not evicted', async () => {
    const fleet = await world({ a: 1 });
    kill(fleet, 'a0');
    await fleet.advance(49_000);
    expect(condition(node(fleet, 'a0'))).toMatchObject({ status: 'True' });
    await fleet.advance(7_000);
    expect(condition(node(fleet, 'a0'))).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' });
    expect(taints(fleet, 'a0')).toEqual(['unreachable:NoSchedule']);
    expect(condition(fleet.get('pods', 'a0') as Loose)).toMatchObject({ status: 'False' });
  });

  test('keeps the taints of others', async () => {
    const fleet = await world({ a: 3 });
    fleet.edit('nodes', '', 'a0', (object) => {
      object.spec = { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoExecute' }] };
    });
    kill(fleet, 'a0');
    await fleet.advance(60_000);
    fleet.deadNodes.clear();
    await fleet.advance(5_000);
    expect(node(fleet, 'a0').spec.taints).toEqual([{ key: 'dedicated', value: 'gpu', effect: 'NoExecute' }]);
  });
});

describe('the controller tells of nodes', () => {
  test('that came and that went, once each, whoever looks', async () => {
    const fleet = await world({ a: 1 });
    fleet.events.length = 0;
    fleet.add('nodes', { kind: 'Node', metadata: { name: 'new' } });
    await fleet.advance(6_000);
    const registered = ['new', 'RegisteredNode', 'Node new event: Registered Node new in Controller'];
    expect(told(fleet, /Node$/)).toEqual([registered]);
    await fleet.advance(6_000);
    await fleet.restart();
    await fleet.advance(6_000);
    await fleet.delete('nodes', '', 'new');
    await fleet.advance(6_000);
    const removed = ['new', 'RemovingNode', 'Node new event: Removing Node new from Controller'];
    expect(told(fleet, /Node$/)).toEqual([registered, removed]);
  });

  test('thousands that join together, a few at a time, and all in the end', async () => {
    const fleet = await world({ a: 1 });
    fleet.events.length = 0;
    for (let index = 0; index < 3_000; index += 1) {
      fleet.add('nodes', { kind: 'Node', metadata: { name: `n${index}` } });
    }
    await fleet.clock.advance(5_000);
    const soon = told(fleet, /RegisteredNode/).length;
    expect(soon).toBeGreaterThan(0);
    expect(soon).toBeLessThan(2_100);
    await fleet.clock.advance(15_000);
    expect(told(fleet, /RegisteredNode/)).toHaveLength(3_000);
  });
});

describe('conditions and cordon become taints soon, and go with them', () => {
  test.each<[string, string, string[]]>([
    ['Ready', 'False', ['not-ready:NoSchedule', 'not-ready:NoExecute']],
    ['MemoryPressure', 'True', ['memory-pressure:NoSchedule']],
    ['DiskPressure', 'True', ['disk-pressure:NoSchedule']],
    ['PIDPressure', 'True', ['pid-pressure:NoSchedule']],
    ['NetworkUnavailable', 'True', ['network-unavailable:NoSchedule']],
  ])('%s %s', async (type, status, wanted) => {
    const fleet = await world({ a: 3 });
    setCondition(fleet, 'a0', type, status);
    await fleet.rest();
    expect(taints(fleet, 'a0')).toEqual(wanted);
    setCondition(fleet, 'a0', type, type === 'Ready' ? 'True' : 'False');
    await fleet.rest();
    expect(taints(fleet, 'a0')).toEqual([]);
  });

  test('cordon, also of a node that is made with it', async () => {
    const fleet = await world({ a: 3 });
    fleet.add('nodes', { kind: 'Node', metadata: { name: 'new' }, spec: { unschedulable: true } });
    await fleet.rest();
    expect(taints(fleet, 'new')).toEqual(['unschedulable:NoSchedule']);
    fleet.edit('nodes', '', 'new', ({ spec }) => {
      spec.unschedulable = false;
    });
    await fleet.rest();
    expect(taints(fleet, 'new')).toEqual([]);
  });
});

describe('the pace of giving nodes up', () => {
  test('stands still for silent nodes while the controller has just come back', async () => {
    const fleet = await world({ a: 20 });
    kill(fleet, 'a0', 'a1', 'a2');
    await fleet.advance(57_000);
    expect(givenUp(fleet)).toHaveLength(1);
    await fleet.restart();
    await fleet.advance(45_000);
    expect(givenUp(fleet)).toHaveLength(1);
    await fleet.advance(30_000);
    expect(givenUp(fleet)).toHaveLength(3);
  });

  test('one node in ten seconds in a zone that is mostly well', async () => {
    const fleet = await world({ a: 20 });
    kill(fleet, 'a0', 'a1', 'a2', 'a3', 'a4');
    await fleet.advance(57_000);
    expect(givenUp(fleet)).toHaveLength(1);
    expect(taints(fleet, 'a4')).toContain('unreachable:NoSchedule');
    await fleet.advance(20_000);
    expect(givenUp(fleet)).toHaveLength(3);
    await fleet.advance(60_000);
    expect(givenUp(fleet)).toHaveLength(5);
  });

  test('none in a small zone of which most is down, while another zone is well', async () => {
    const fleet = await world({ a: 5, b: 5 });
    kill(fleet, 'a0', 'a1', 'a2');
    await fleet.advance(150_000);
    expect(condition(node(fleet, 'a0'))).toMatchObject({ status: 'Unknown' });
    expect(givenUp(fleet)).toHaveLength(0);
  });

  test('one in a hundred seconds in a large zone of which most is down', async () => {
    const fleet = await world({ a: 60, b: 1 });
    kill(fleet, ...Array.from({ length: 40 }, (_, index) => `a${index}`));
    await fleet.advance(60_000);
    expect(givenUp(fleet)).toHaveLength(1);
    await fleet.advance(210_000, 5_000);
    expect(givenUp(fleet)).toHaveLength(3);
  });

  test('none, and those given up are taken back, when all zones are down', async () => {
    const fleet = await world({ a: 2, b: 2 });
    kill(fleet, 'a0');
    await fleet.advance(60_000);
    expect(givenUp(fleet)).toHaveLength(1);
    kill(fleet, 'a1', 'b0', 'b1');
    await fleet.advance(180_000);
    expect(condition(node(fleet, 'b1'))).toMatchObject({ status: 'Unknown' });
    expect(givenUp(fleet)).toHaveLength(0);
    expect(taints(fleet, 'a0')).toEqual(['unreachable:NoSchedule']);
  });
});

test('a wall clock that jumps gives nobody up; who is silent since is found all the same', async () => {
  const fleet = await world({ a: 5 });
  fleet.clock.step(7_200_000);
  kill(fleet, 'a0');
  await fleet.advance(49_000);
  expect(fleet.all('nodes').map((object) => condition(object).status)).not.toContain('Unknown');
  await fleet.advance(7_000);
  expect(fleet.all('nodes').filter((object) => condition(object).status === 'Unknown')).toHaveLength(1);
});

test('a node that reported before the clock was set back is given up once it is silent', async () => {
  const fleet = await world({ a: 3 });
  fleet.edit('nodes', '', 'a0', (object) => {
    condition(object).lastHeartbeatTime = '2026-01-01T05:00:00Z';
  });
  kill(fleet, 'a0');
  await fleet.advance(57_000);
  expect(condition(node(fleet, 'a0'))).toMatchObject({ status: 'Unknown' });
});
