import { afterEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { DEPLOYMENTS, deployment } from '../../../test/support/workloads.ts';
import type { JsonObject } from '../../values/object.ts';
import { deploymentController } from '../deployment/controller.ts';
import { disruptionController } from '../disruption/controller.ts';
import { replicaSetController } from '../replicaset/controller.ts';
import { schedulerController } from '../scheduler/controller.ts';
import { drainController } from './controller.ts';

const DRAINS = 'drains.fleet.flotilla.dev';
const BUDGETS = 'poddisruptionbudgets.policy';
let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});

async function world(nodes: number): Promise<FleetWorld> {
  const controllers = [drainController, deploymentController, replicaSetController, schedulerController];
  const made = new FleetWorld([...controllers, disruptionController]);
  worlds = [...worlds, made];
  for (let i = 0; i < nodes; i += 1) {
    const labels = { 'topology.kubernetes.io/zone': i % 2 === 0 ? 'even' : 'odd', tier: 'x' };
    made.add('nodes', { kind: 'Node', metadata: { name: `n${i}`, labels } });
  }
  await made.start();
  await made.advance(1_000);
  return made;
}

const web = (replicas: number) => {
  const made = deployment('web', replicas);
  made.spec.template.spec = { containers: [{ name: 'c', image: 'v1' }] } as never;
  return made;
};
const drain = (spec: JsonObject) => ({
  ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Drain', metadata: { name: 'd' } },
  spec,
});
const bare = {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', namespace: 'default' } },
  spec: { nodeName: 'n0', containers: [] },
};
const status = (fleet: FleetWorld) => (fleet.get(DRAINS, 'd') as Loose).status;
const onNode = (fleet: FleetWorld, node: string) => fleet.all('pods').filter(({ spec }) => spec.nodeName === node);
const cordoned = (fleet: FleetWorld) =>
  fleet.all('nodes').flatMap(({ metadata, spec }) => (spec?.unschedulable === true ? [metadata.name] : []));
const change = (fleet: FleetWorld, spec: JsonObject) =>
  fleet.edit(DRAINS, '', 'd', (object) => {
    object.spec = { ...object.spec, ...spec };
  });

describe('a Drain', () => {
  test('empties the nodes of a zone, one after another, and its pods run elsewhere', async () => {
    const fleet = await world(4);
    fleet.add(DEPLOYMENTS, web(8));
    await fleet.advance(5_000);
    expect(onNode(fleet, 'n0').length + onNode(fleet, 'n2').length).toBeGreaterThan(0);
    let most = 0;
    fleet.onWrite = (id) => {
      most = id === DRAINS ? Math.max(most, status(fleet)?.nodesDraining ?? 0) : most;
    };
    fleet.add(DRAINS, drain({ zone: 'even', parallelism: 1 }));
    await fleet.advance(30_000);
    expect(most).toBe(1);
    expect(status(fleet)).toMatchObject({
      ...{ phase: 'Completed', nodesTotal: 2, nodesDrained: 2, nodesDraining: 0, podsRemaining: 0, podsBlocked: 0 },
      conditions: [
        expect.objectContaining({ type: 'Complete', status: 'True', message: 'All nodes are empty' }),
        expect.objectContaining({ type: 'Blocked', status: 'False' }),
      ],
    });
    expect(status(fleet).podsEvicted).toBeGreaterThan(0);
    expect(cordoned(fleet)).toEqual(['n0', 'n2']);
    expect([...onNode(fleet, 'n0'), ...onNode(fleet, 'n2')]).toEqual([]);
    expect(fleet.all('pods').filter(({ status: { phase } }) => phase === 'Running')).toHaveLength(8);
    expect(fleet.errors).toEqual([]);
  });

  test('keeps a disruption budget, names it, and goes on when it allows', async () => {
    const fleet = await world(2);
    fleet.add(DEPLOYMENTS, web(4));
    fleet.add(BUDGETS, {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'calm', namespace: 'default' } },
      spec: { minAvailable: 4, selector: { matchLabels: { app: 'web' } } },
    });
    await fleet.advance(5_000);
    const before = onNode(fleet, 'n0').map(({ metadata }) => metadata.name);
    fleet.add(DRAINS, drain({ nodeNames: ['n0'] }));
    await fleet.advance(12_000);
    expect(status(fleet)).toMatchObject({ phase: 'Blocked', podsBlocked: before.length, podsEvicted: 0 });
    expect(status(fleet).blockedPods[0]).toMatchObject({
      ...{ namespace: 'default', node: 'n0', budget: 'calm' },
      message: 'The disruption budget calm needs 4 healthy pods and has 4 currently',
    });
    expect(status(fleet).conditions[1]).toMatchObject({
      ...{ type: 'Blocked', status: 'True', reason: 'DisruptionBudget' },
      message: `${before.length} pods wait for the disruption budget default/calm`,
    });
    expect(onNode(fleet, 'n0').map(({ metadata }) => metadata.name)).toEqual(before);
    fleet.edit(BUDGETS, 'default', 'calm', ({ spec }) => {
      spec.minAvailable = 3;
    });
    await fleet.advance(60_000);
    expect(status(fleet)).toMatchObject({ phase: 'Completed', podsEvicted: before.length });
    expect(status(fleet).blockedPods).toBeUndefined();
  });

  test('is paused, and cancelled: it gives back only what it took', async () => {
    const fleet = await world(3);
    fleet.edit('nodes', '', 'n1', (node) => {
      node.spec = { unschedulable: true };
    });
    fleet.add('pods', bare);
    await fleet.advance(2_000);
    fleet.add(DRAINS, drain({ nodeSelector: { matchLabels: { tier: 'x' } }, parallelism: 2, paused: true }));
    await fleet.advance(2_000);
    expect(status(fleet)).toMatchObject({ phase: 'Paused', nodesTotal: 3, nodesDrained: 0 });
    expect(cordoned(fleet)).toEqual(['n1']);
    change(fleet, { paused: false });
    await fleet.advance(8_000);
    expect(status(fleet)).toMatchObject({ phase: 'Blocked', nodesDrained: 2 });
    expect(status(fleet).nodes[0]).toEqual({
      ...{ name: 'n0', state: 'Blocked', podsRemaining: 1 },
      message: 'cannot delete Pods that declare no controller: default/bare',
    });
    expect(status(fleet).pods).toEqual([{ namespace: 'default', name: 'bare', node: 'n0', state: 'Remaining' }]);
    expect(cordoned(fleet)).toEqual(['n0', 'n1', 'n2']);
    change(fleet, { cancelled: true, uncordonOnCancel: true });
    await fleet.advance(2_000);
    expect(status(fleet)).toMatchObject({ phase: 'Cancelled', nodesDraining: 0 });
    expect(cordoned(fleet)).toEqual(['n1']);
    expect(fleet.get('pods', 'bare')?.metadata.deletionTimestamp).toBeUndefined();
  });

  test('goes on past a node whose pods may not be evicted', async () => {
    const fleet = await world(3);
    fleet.add('pods', bare);
    await fleet.advance(2_000);
    fleet.add(DRAINS, drain({ nodeNames: ['n0', 'n1', 'n2'], parallelism: 1 }));
    await fleet.advance(8_000);
    expect(status(fleet)).toMatchObject({ phase: 'Blocked', nodesDrained: 2, nodesDraining: 1, podsRemaining: 1 });
  });

  test('tells of pods that are ending, of nodes that it has not begun, and of names that are none', async () => {
    const fleet = await world(4);
    fleet.add(DEPLOYMENTS, web(8));
    await fleet.advance(5_000);
    const here = ['n0', 'n2'].map((node) => onNode(fleet, node).length);
    fleet.deadNodes.add('n0');
    fleet.add(DRAINS, drain({ nodeNames: ['n0', 'n2', 'nosuch'] }));
    await fleet.rest();
    const [first = 0, second = 0] = here;
    expect(status(fleet)).toMatchObject({
      ...{ phase: 'Draining', nodesTotal: 2, nodesMissing: ['nosuch'] },
      ...{ podsRemaining: first + second, podsEnding: first },
      nodes: [
        { name: 'n0', state: 'Draining', podsRemaining: first, podsEnding: first },
        { name: 'n2', state: 'Pending', podsRemaining: second },
      ],
    });
    expect(status(fleet).pods).toHaveLength(first);
    expect(status(fleet).pods[0]).toMatchObject({ namespace: 'default', node: 'n0', state: 'Ending' });
  });

  test('that is deleted gives its nodes back first; one that is over leaves them as they are', async () => {
    const fleet = await world(2);
    fleet.add('pods', bare);
    await fleet.advance(2_000);
    fleet.add(DRAINS, drain({ nodeNames: ['n0', 'n1'] }));
    await fleet.advance(5_000);
    expect(cordoned(fleet)).toEqual(['n0', 'n1']);
    await fleet.delete(DRAINS, '', 'd');
    await fleet.advance(2_000);
    expect(fleet.get(DRAINS, 'd')).toBeUndefined();
    expect(cordoned(fleet)).toEqual([]);
    fleet.add(DRAINS, drain({ nodeNames: ['n1'] }));
    await fleet.advance(5_000);
    expect(status(fleet).phase).toBe('Completed');
    await fleet.delete(DRAINS, '', 'd');
    expect(fleet.get(DRAINS, 'd')).toBeUndefined();
    await fleet.advance(2_000);
    expect(cordoned(fleet)).toEqual(['n1']);
    expect(fleet.errors).toEqual([]);
  });

  test('leaves a node alone that another drain has begun, and says so, until that one is over', async () => {
    const fleet = await world(2);
    fleet.add('pods', bare);
    await fleet.advance(2_000);
    fleet.add(DRAINS, { ...drain({ nodeNames: ['n0'] }), metadata: { name: 'first' } });
    await fleet.advance(3_000);
    const note = () => fleet.get('nodes', 'n0')?.metadata.annotations?.['fleet.flotilla.dev/drain'];
    const before = note();
    fleet.add(DRAINS, drain({ nodeNames: ['n0'], force: true }));
    await fleet.advance(10_000);
    expect(status(fleet)).toMatchObject({
      ...{ phase: 'Pending', nodesDrained: 0, podsRemaining: 1 },
      nodes: [{ name: 'n0', state: 'Pending', podsRemaining: 1, message: 'Drain first empties it' }],
    });
    expect(note()).toBe(before);
    fleet.edit(DRAINS, '', 'first', ({ spec }) => {
      spec.cancelled = true;
    });
    await fleet.advance(40_000);
    expect(status(fleet)).toMatchObject({ phase: 'Completed', nodesDrained: 1 });
    expect(fleet.get('pods', 'bare')).toBeUndefined();
    expect(fleet.errors).toEqual([]);
  });

  test('fails at its deadline and says so', async () => {
    const fleet = await world(1);
    fleet.add('pods', bare);
    await fleet.advance(2_000);
    fleet.add(DRAINS, drain({ nodeNames: ['n0'], deadlineSeconds: 7 }));
    await fleet.advance(10_000);
    expect(status(fleet)).toMatchObject({ phase: 'Failed' });
    expect(status(fleet).conditions[0]).toMatchObject({ status: 'False', reason: 'DeadlineExceeded' });
    expect(fleet.events).toContainEqual(expect.objectContaining({ kind: 'Drain', type: 'Warning', reason: 'Failed' }));
  });

  test('of no nodes at all is over at once', async () => {
    const fleet = await world(1);
    fleet.add(DRAINS, drain({ pool: 'none' }));
    await fleet.advance(1_000);
    expect(status(fleet)).toMatchObject({ phase: 'Completed', nodesTotal: 0 });
    expect(status(fleet).conditions[0]).toMatchObject({ reason: 'NoNodes' });
  });
});
