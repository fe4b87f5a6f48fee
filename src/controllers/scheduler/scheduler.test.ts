import { afterEach, describe, expect, test, vi } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { DEFAULT_PROFILE } from '../../values/scheduler-profile.ts';
import { schedulerController } from './controller.ts';

let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});

/** Nodes `n0`, `n1`, …, each with ROOM. */
async function world(nodes: number): Promise<FleetWorld> {
  const fleet = new FleetWorld([schedulerController]);
  worlds = [...worlds, fleet];
  for (let index = 0; index < nodes; index += 1) {
    addNode(fleet, `n${index}`);
  }
  await fleet.start();
  return fleet;
}
interface NodeShape {
  labels?: Record<string, string>;
  taints?: Record<string, string>[];
  unschedulable?: boolean;
  allocatable?: Record<string, string>;
}
const ROOM = { cpu: '4', memory: '16Gi', pods: '110' };
const addNode = (fleet: FleetWorld, name: string, { labels = {}, allocatable = ROOM, ...spec }: NodeShape = {}) =>
  fleet.add('nodes', { kind: 'Node', metadata: { name, labels }, spec: { ...spec }, status: { allocatable } });
const pod = (fleet: FleetWorld, name: string, spec: object = {}, cpu?: string, owner?: string) =>
  fleet.add('pods', {
    kind: 'Pod',
    metadata: {
      ...{ name, namespace: 'default' },
      ownerReferences:
        owner === undefined ? [] : [{ apiVersion: 'v1', kind: 'X', name: owner, uid: owner, controller: true }],
    },
    spec: { containers: [{ name: 'c', resources: cpu === undefined ? {} : { requests: { cpu } } }], ...spec },
    status: { phase: 'Pending' },
  });
const nodeOf = (fleet: FleetWorld, name: string): string | undefined =>
  (fleet.get('pods', name) as Loose).spec.nodeName;
const scheduled = (fleet: FleetWorld, name: string) =>
  fleet.get('pods', name)?.status.conditions?.find(({ type }: { type: string }) => type === 'PodScheduled');

describe('the scheduler', () => {
  test('binds a pod to a node that has room, and says so', async () => {
    const fleet = await world(2);
    pod(fleet, 'a', {}, '3');
    pod(fleet, 'b', {}, '3');
    await fleet.rest();
    expect([nodeOf(fleet, 'a'), nodeOf(fleet, 'b')].sort()).toEqual(['n0', 'n1']);
    expect(fleet.events).toContainEqual(
      expect.objectContaining({
        ...{ component: 'default-scheduler', reason: 'Scheduled', type: 'Normal' },
        message: `Successfully assigned default/a to ${nodeOf(fleet, 'a')}`,
      }),
    );
    expect(fleet.errors).toEqual([]);
  });

  test('says why a pod fits nowhere, in its condition and an event, and writes that once', async () => {
    const fleet = await world(10);
    let writes = 0;
    pod(fleet, 'big', {}, '5');
    fleet.onWrite = (id) => {
      writes += id === 'pods' ? 1 : 0;
    };
    await fleet.advance(120_000, 10_000);
    const message =
      '0/10 nodes are available: 10 Insufficient cpu. no new claims to deallocate, preemption: 0/10 nodes are available: 10 Preemption is not helpful for scheduling.';
    expect(scheduled(fleet, 'big')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
    expect(fleet.events).toContainEqual(
      expect.objectContaining({ type: 'Warning', reason: 'FailedScheduling', name: 'big', message }),
    );
    expect(writes).toBe(1);
  });

  test('counts each reason', async () => {
    const fleet = await world(3);
    addNode(fleet, 'cordoned', { unschedulable: true });
    addNode(fleet, 'tainted', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] });
    addNode(fleet, 'full', { allocatable: { cpu: '64', pods: '0' } });
    addNode(fleet, 'elsewhere', { labels: { disk: 'hdd' } });
    pod(fleet, 'p', { nodeSelector: {} }, '5');
    await fleet.rest();
    expect(scheduled(fleet, 'p').message).toMatch(
      /^0\/7 nodes are available: 1 Too many pods, 1 node\(s\) had untolerated taint {gpu: yes}, 1 node\(s\) were unschedulable, 4 Insufficient cpu\. no new claims to deallocate, preemption:/,
    );
    pod(fleet, 'q', { nodeSelector: { disk: 'ssd' } });
    await fleet.rest();
    expect(scheduled(fleet, 'q').message).toContain("5 node(s) didn't match Pod's node affinity/selector");
  });

  test('without any node says so', async () => {
    const fleet = await world(0);
    pod(fleet, 'p');
    await fleet.rest();
    expect(scheduled(fleet, 'p').message).toBe('no nodes available to schedule pods');
  });

  test.each<[string, (fleet: FleetWorld) => unknown]>([
    ['a node comes', (fleet) => addNode(fleet, 'new', { allocatable: { cpu: '8', pods: '9' } })],
    ['a pod ends', (fleet) => fleet.setPhase('default', 'first', 'Succeeded')],
    ['a pod goes', (fleet) => fleet.delete('pods', 'default', 'first', 0)],
    [
      'a node grows',
      (fleet) =>
        fleet.edit('nodes', '', 'n0', ({ status }) => {
          status.allocatable.cpu = '16';
        }),
    ],
  ])('tries again soon when %s', async (_, act) => {
    const fleet = await world(1);
    pod(fleet, 'first', {}, '3');
    await fleet.rest();
    pod(fleet, 'second', {}, '3');
    await fleet.advance(30_000, 10_000);
    expect(nodeOf(fleet, 'second')).toBeUndefined();
    await act(fleet);
    await fleet.advance(1_000);
    expect(nodeOf(fleet, 'second')).toBeDefined();
  });

  test('leaves alone what is not its own: other schedulers, gated, ending, finished and bound pods', async () => {
    const fleet = await world(1);
    pod(fleet, 'other', { schedulerName: 'mine' });
    pod(fleet, 'gated', { schedulingGates: [{ name: 'wait' }] });
    pod(fleet, 'bound', { nodeName: 'nowhere' });
    fleet.edit('pods', 'default', pod(fleet, 'failed').metadata.name, ({ status }) => {
      status.phase = 'Failed';
    });
    await fleet.advance(60_000, 10_000);
    expect(['other', 'gated', 'bound', 'failed'].map((name) => nodeOf(fleet, name))).toEqual([
      ...[undefined, undefined, 'nowhere', undefined],
    ]);
    fleet.edit('pods', 'default', 'gated', ({ spec }) => {
      spec.schedulingGates = [];
    });
    await fleet.rest();
    expect(nodeOf(fleet, 'gated')).toBe('n0');
  });

  test('schedules for each of its profiles, in the name of each', async () => {
    const profiles = [DEFAULT_PROFILE, { ...DEFAULT_PROFILE, schedulerName: 'mine' }];
    const scheduler = { percentageOfNodesToScore: 0, podInitialBackoffMs: 1_000, podMaxBackoffMs: 10_000, profiles };
    const fleet = new FleetWorld([schedulerController], 1, { scheduler });
    worlds = [...worlds, fleet];
    addNode(fleet, 'n0');
    await fleet.start();
    pod(fleet, 'mine', { schedulerName: 'mine' });
    pod(fleet, 'other', { schedulerName: 'other' });
    pod(fleet, 'plain');
    await fleet.rest();
    expect(['mine', 'other', 'plain'].map((name) => nodeOf(fleet, name))).toEqual(['n0', undefined, 'n0']);
    const components = fleet.events.map(({ component, name }) => [component, name]).sort();
    expect(components).toEqual([
      ['default-scheduler', 'plain'],
      ['mine', 'mine'],
    ]);
  });

  test('wakes a pod when another that it waits for got a node, also by a foreign scheduler', async () => {
    const fleet = await world(0);
    addNode(fleet, 'n0', { labels: { zone: 'a' } });
    const near = (app: string) => {
      const term = { labelSelector: { matchLabels: { app } }, topologyKey: 'zone' };
      return { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
    };
    pod(fleet, 'waits', near('db'));
    pod(fleet, 'waits-too', near('foreign'));
    await fleet.advance(3_000);
    expect([nodeOf(fleet, 'waits'), nodeOf(fleet, 'waits-too')]).toEqual([undefined, undefined]);
    fleet.add('pods', {
      ...{ metadata: { name: 'db', namespace: 'default', labels: { app: 'db' } }, spec: { containers: [] } },
      status: { phase: 'Pending' },
    });
    await fleet.advance(1_000);
    expect(nodeOf(fleet, 'waits')).toBe('n0');
    fleet.add('pods', {
      ...{
        metadata: { name: 'foreign', namespace: 'default', labels: { app: 'foreign' } },
        status: { phase: 'Pending' },
      },
      spec: { containers: [], schedulerName: 'theirs' },
    });
    fleet.edit('pods', 'default', 'foreign', ({ spec }) => {
      spec.nodeName = 'n0';
    });
    await fleet.advance(3_000);
    expect(nodeOf(fleet, 'waits-too')).toBe('n0');
  });

  test('does not try again after what cannot help', async () => {
    const fleet = await world(1);
    pod(fleet, 'first');
    pod(fleet, 'picky', { nodeSelector: { disk: 'ssd' } });
    await fleet.advance(3_000);
    const tries = () => fleet.events.filter(({ reason }) => reason === 'FailedScheduling').length;
    expect(tries()).toBe(1);
    await fleet.delete('pods', 'default', 'first', 0);
    addNode(fleet, 'hdd', { labels: { disk: 'hdd' } });
    await fleet.advance(3_000);
    expect(tries()).toBe(1);
    addNode(fleet, 'ssd', { labels: { disk: 'ssd' } });
    await fleet.advance(3_000);
    expect(nodeOf(fleet, 'picky')).toBe('ssd');
  });

  test('keeps to the node that a pod was promised, and keeps others of less importance off', async () => {
    const fleet = await world(2);
    pod(fleet, 'load', { nodeName: 'n1' }, '1');
    fleet.add('pods', {
      metadata: { name: 'promised', namespace: 'default' },
      spec: { priority: 5, containers: [{ name: 'c', resources: { requests: { cpu: '3' } } }] },
      status: { phase: 'Pending', nominatedNodeName: 'n1' },
    });
    await fleet.rest();
    expect(nodeOf(fleet, 'promised')).toBe('n1');
    fleet.add('pods', {
      metadata: { name: 'large', namespace: 'default' },
      spec: {
        priority: 5,
        schedulingGates: [{ name: 'wait' }],
        containers: [{ name: 'c', resources: { requests: { cpu: '4' } } }],
      },
      status: { phase: 'Pending', nominatedNodeName: 'n0' },
    });
    pod(fleet, 'small', {}, '1');
    pod(fleet, 'peer', { priority: 6 }, '1');
    await fleet.rest();
    expect([nodeOf(fleet, 'small'), nodeOf(fleet, 'peer')]).toEqual([undefined, 'n0']);
  });

  test('chooses the same again with the same seed', async () => {
    const choices = async (seed: number): Promise<(string | undefined)[]> => {
      const fleet = new FleetWorld([schedulerController], seed);
      worlds = [...worlds, fleet];
      for (let index = 0; index < 20; index += 1) {
        addNode(fleet, `n${index}`);
      }
      await fleet.start();
      const names = Array.from({ length: 10 }, (_, index) => pod(fleet, `p${index}`).metadata.name);
      await fleet.rest();
      return names.map((name) => nodeOf(fleet, name));
    };
    const first = await choices(7);
    expect(await choices(7)).toEqual(first);
    expect(await choices(8)).not.toEqual(first);
  });

  test('takes the more important first', async () => {
    const fleet = await world(0);
    pod(fleet, 'low', {}, '3');
    pod(fleet, 'high', { priority: 100 }, '3');
    await fleet.rest();
    addNode(fleet, 'n');
    await fleet.advance(15_000);
    expect([nodeOf(fleet, 'low'), nodeOf(fleet, 'high')]).toEqual([undefined, 'n']);
  });

  test('binds a thousand pods in few writes, and spreads a workload evenly', async () => {
    const fleet = await world(20);
    const bindAll = vi.spyOn(fleet.registry, 'bindAll');
    for (let index = 0; index < 1_000; index += 1) {
      pod(fleet, `p${index}`, {}, '10m', 'set');
    }
    await fleet.rest();
    const counts = new Map<string, number>();
    for (const { spec } of fleet.all('pods')) {
      counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
    }
    expect(counts.get('undefined')).toBeUndefined();
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(5);
    expect(counts.size).toBe(20);
    expect(bindAll.mock.calls.length).toBeLessThanOrEqual(3);
  });
});
