import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { forbidden } from '../../errors.ts';
import { garbageCollector } from '../garbage-collector/controller.ts';
import { nodePoolController } from './controller.ts';
import { nodeIndex, nodeName } from './pool-node.ts';

const POOLS = 'nodepools.fleet.flotilla.dev';
let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});
async function world(): Promise<FleetWorld> {
  const made = new FleetWorld([nodePoolController, garbageCollector]);
  worlds = [...worlds, made];
  await made.start();
  return made;
}
const pool = (replicas: number, more: object = {}) => ({
  ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'blue' } },
  spec: { replicas, ...more },
});
const names = (fleet: FleetWorld) => fleet.all('nodes').map(({ metadata }) => metadata.name);
const scale = (fleet: FleetWorld, replicas: number) =>
  fleet.edit(POOLS, '', 'blue', ({ spec }) => {
    spec.replicas = replicas;
  });
const blue = (fleet: FleetWorld) => fleet.get(POOLS, 'blue') as Loose;

describe('a NodePool', () => {
  test('makes its nodes by index, tells what is ready, and removes the highest first', async () => {
    const fleet = await world();
    fleet.add(POOLS, pool(3));
    await fleet.rest();
    expect(names(fleet)).toEqual(['blue-0', 'blue-1', 'blue-2']);
    expect(blue(fleet).status).toMatchObject({ replicas: 3, readyReplicas: 0, observedGeneration: 1 });
    await fleet.advance(2_000);
    expect(blue(fleet).status).toMatchObject({
      ...{ replicas: 3, readyReplicas: 3, selector: 'fleet.flotilla.dev/nodepool=blue' },
      conditions: [
        expect.objectContaining({ type: 'Ready', status: 'True', message: '3 of 3 nodes are ready' }),
        expect.objectContaining({ type: 'Progressing', status: 'False' }),
      ],
    });
    scale(fleet, 1);
    await fleet.rest();
    expect(names(fleet)).toEqual(['blue-0']);
    expect(fleet.events.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
      'ScaledUp: Created 3 nodes',
      'ScaledDown: Removed 2 nodes',
    ]);
    await fleet.delete('nodes', '', 'blue-0');
    await fleet.rest();
    expect(names(fleet)).toEqual(['blue-0']);
    expect(fleet.errors).toEqual([]);
  });

  test('gives its template to new nodes and leaves those that exist', async () => {
    const fleet = await world();
    fleet.add(POOLS, pool(1, { template: { zones: ['a', 'b'], capacity: { cpu: '8' } } }));
    await fleet.rest();
    fleet.edit(POOLS, '', 'blue', ({ spec }) => {
      spec.replicas = 2;
      spec.template = { zones: ['a', 'b'], spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } };
    });
    await fleet.rest();
    const [first, second] = fleet.all('nodes');
    expect(first?.metadata.labels).toEqual({
      ...{ 'topology.kubernetes.io/zone': 'a', 'fleet.flotilla.dev/nodepool': 'blue' },
    });
    expect(JSON.parse(first?.metadata.annotations?.['fleet.flotilla.dev/capacity'] ?? '')).toMatchObject({ cpu: '8' });
    expect(first?.spec.taints).toBeUndefined();
    expect(second?.metadata.labels).toMatchObject({ 'topology.kubernetes.io/zone': 'b' });
    expect(second?.spec.taints).toEqual([{ key: 'k', effect: 'NoSchedule' }]);
    expect(second?.metadata.ownerReferences).toEqual([expect.objectContaining({ kind: 'NodePool', controller: true })]);
  });

  test('gives its nodes instance types in turn, each in every zone, with the capacity of the type', async () => {
    const fleet = await world();
    const instanceTypes = [
      { name: 'small', capacity: { cpu: '2' } },
      { name: 'large', capacity: { cpu: '64', 'example.com/gpu': '8' } },
    ];
    fleet.add(
      POOLS,
      pool(6, { template: { capacity: { memory: '8Gi', cpu: '1' }, zones: ['a', 'b'], instanceTypes } }),
    );
    await fleet.rest();
    const shapes = fleet
      .all('nodes')
      .map(({ metadata: { labels = {}, annotations = {} } }) => [
        labels['topology.kubernetes.io/zone'],
        labels['node.kubernetes.io/instance-type'],
        JSON.parse(annotations['fleet.flotilla.dev/capacity'] ?? '{}'),
      ]);
    const rest = { memory: '8Gi', pods: '110', 'ephemeral-storage': '1Ti' };
    const small = { ...rest, cpu: '2' };
    const large = { ...rest, cpu: '64', 'example.com/gpu': '8' };
    expect(shapes).toEqual([
      ...[
        ['a', 'small', small],
        ['b', 'small', small],
      ],
      ...[
        ['a', 'large', large],
        ['b', 'large', large],
      ],
      ...[
        ['a', 'small', small],
        ['b', 'small', small],
      ],
    ]);
  });

  test('passes over names of nodes that are not its own, says so, and never touches them', async () => {
    const fleet = await world();
    fleet.add('nodes', { kind: 'Node', metadata: { name: 'blue-1' } });
    fleet.add(POOLS, pool(2));
    await fleet.rest();
    expect(names(fleet).sort()).toEqual(['blue-0', 'blue-1', 'blue-2']);
    expect(blue(fleet).status.conditions).toContainEqual(
      expect.objectContaining({ type: 'NameConflict', message: 'Not of this pool, passed over: blue-1' }),
    );
    expect(fleet.events).toContainEqual(expect.objectContaining({ type: 'Warning', reason: 'NameConflict' }));
    scale(fleet, 0);
    await fleet.rest();
    expect(names(fleet)).toEqual(['blue-1']);
    expect(blue(fleet).status.conditions.map(({ type }: { type: string }) => type)).not.toContain('NameConflict');
  });

  test('ends the pods of nodes that it removes at once, as Failed, and no others', async () => {
    const fleet = await world();
    fleet.add(POOLS, pool(2));
    await fleet.advance(3_000);
    for (const name of ['blue-0', 'blue-1']) {
      const spec = { nodeName: name, containers: [] };
      fleet.add('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec });
    }
    await fleet.advance(3_000);
    let last: Loose | undefined;
    fleet.onWrite = (id, object) => {
      last = id === 'pods' ? (object ?? last) : last;
    };
    scale(fleet, 1);
    await fleet.rest();
    expect(fleet.all('pods').map(({ metadata }) => metadata.name)).toEqual(['blue-0']);
    expect(last?.status).toMatchObject({ phase: 'Failed' });
    expect(last?.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC' }),
    );
    expect(fleet.errors).toEqual([]);
  });

  test('ends the pods of a node that somebody deleted before it makes it anew, and no others', async () => {
    const fleet = await world();
    fleet.add(POOLS, pool(2));
    await fleet.rest();
    for (const nodeName of ['blue-0', 'blue-1']) {
      const spec = { nodeName, containers: [{ name: 'c', image: 'app' }] };
      fleet.add('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: nodeName, namespace: 'default' }, spec });
    }
    await fleet.rest();
    const { uid } = (fleet.get('nodes', 'blue-1') as Loose).metadata;
    await fleet.delete('nodes', '', 'blue-1');
    await fleet.rest();
    expect((fleet.get('nodes', 'blue-1') as Loose).metadata.uid).not.toBe(uid);
    expect(fleet.all('pods').map(({ metadata }) => metadata.name)).toEqual(['blue-0']);
    expect(fleet.errors).toEqual([]);
  });

  test('takes its nodes along when it is deleted', async () => {
    const fleet = await world();
    fleet.add(POOLS, pool(20));
    await fleet.rest();
    await fleet.registry.delete(POOLS, '', 'blue', { propagationPolicy: 'Foreground' });
    await fleet.advance(3_000);
    expect(names(fleet)).toEqual([]);
    expect(fleet.get(POOLS, 'blue')).toBeUndefined();
  });

  test('says what is refused and tries again', async () => {
    const fleet = await world();
    fleet.refuse = ({ kind }) =>
      kind === 'Node' ? forbidden({ group: '', resource: 'nodes' }, 'blue-0', 'enough nodes') : undefined;
    fleet.add(POOLS, pool(3));
    await fleet.rest();
    expect(fleet.events).toContainEqual(
      expect.objectContaining({
        ...{ type: 'Warning', reason: 'FailedScale' },
        message: '3 nodes failed: nodes "blue-0" is forbidden: enough nodes',
      }),
    );
    fleet.refuse = undefined;
    await fleet.advance(10_000);
    expect(names(fleet)).toHaveLength(3);
  });

  test('makes thousands of nodes in few writes', async () => {
    const fleet = await world();
    const createAll = vi.spyOn(fleet.registry, 'createAll');
    fleet.add(POOLS, pool(3_500));
    await fleet.rest();
    expect(names(fleet)).toHaveLength(3_500);
    expect(createAll).toHaveBeenCalledTimes(4);
    expect(blue(fleet).status.replicas).toBe(3_500);
  });
});

test('a name gives its index back, and no other name does', () => {
  fc.assert(
    fc.property(fc.nat(), (index) => {
      expect(nodeIndex('p-1', nodeName('p-1', index))).toBe(index);
    }),
  );
  for (const name of ['p-1', 'p-1-', 'p-1-01', 'p-1-x', 'p-2-1', 'p-1-1.5', 'p-1--1']) {
    expect(nodeIndex('p-1', name)).toBeUndefined();
  }
});
