import { afterEach, describe, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { podGcController } from './controller.ts';
import { surplusTerminated } from './garbage-pods.ts';

let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});
async function world(): Promise<FleetWorld> {
  const fleet = new FleetWorld([podGcController]);
  worlds = [...worlds, fleet];
  for (const name of ['n1', 'n2']) {
    fleet.add('nodes', { kind: 'Node', metadata: { name } });
  }
  await fleet.start();
  return fleet;
}
const pod = (fleet: FleetWorld, name: string, nodeName: string, phase?: string) =>
  fleet.add('pods', {
    metadata: { name, namespace: 'default' },
    spec: { containers: [], ...(nodeName === '' ? {} : { nodeName }) },
    ...(phase === undefined ? {} : { status: { phase } }),
  });
const names = (fleet: FleetWorld) => fleet.all('pods').map(({ metadata }) => metadata.name);

describe('pods of a node that is gone', () => {
  test('go after the quarantine, marked as disrupted; finished ones without a mark', async () => {
    const fleet = await world();
    const written = new Map<string, unknown>();
    fleet.onWrite = (id, object) => id === 'pods' && object && written.set(object.metadata.name, object.status);
    pod(fleet, 'running', 'n1', 'Running');
    pod(fleet, 'done', 'n1', 'Succeeded');
    pod(fleet, 'elsewhere', 'n2');
    await fleet.delete('nodes', '', 'n1');
    await fleet.advance(38_000);
    expect(names(fleet)).toEqual(['running', 'done', 'elsewhere']);
    await fleet.advance(25_000);
    expect(names(fleet)).toEqual(['elsewhere']);
    expect(written.get('running')).toMatchObject({
      phase: 'Failed',
      conditions: [
        expect.objectContaining({
          ...{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC' },
          message: 'PodGC: node no longer exists',
        }),
      ],
    });
    expect(written.get('done')).toEqual({ phase: 'Succeeded' });
    expect(fleet.errors).toEqual([]);
  });

  test('stay when it comes back in time; then the quarantine begins anew', async () => {
    const fleet = await world();
    pod(fleet, 'p', 'n1');
    await fleet.delete('nodes', '', 'n1');
    await fleet.advance(35_000);
    fleet.add('nodes', { kind: 'Node', metadata: { name: 'n1' } });
    await fleet.advance(30_000);
    await fleet.delete('nodes', '', 'n1');
    await fleet.advance(35_000);
    expect(names(fleet)).toEqual(['p']);
    await fleet.advance(30_000);
    expect(names(fleet)).toEqual([]);
  });
});

test('an ending pod of a node that is out of service goes; others stay', async () => {
  const fleet = await world();
  fleet.deadNodes.add('n1');
  pod(fleet, 'ending', 'n1', 'Running');
  pod(fleet, 'running', 'n1', 'Running');
  await fleet.delete('pods', 'default', 'ending', 30);
  await fleet.advance(60_000);
  expect(names(fleet)).toEqual(['ending', 'running']);
  fleet.edit('nodes', '', 'n1', (node) => {
    node.spec = { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] };
  });
  let phase = '';
  fleet.onWrite = (id, object) => {
    phase = id === 'pods' && object?.metadata.name === 'ending' ? object.status.phase : phase;
  };
  await fleet.advance(21_000);
  expect(names(fleet)).toEqual(['running']);
  expect(phase).toBe('Failed');
});

test('an ending pod that was never bound goes, once its finalizers are gone', async () => {
  const fleet = await world();
  pod(fleet, 'p', '');
  fleet.edit('pods', 'default', 'p', ({ metadata }) => {
    metadata.finalizers = ['example.com/hold'];
  });
  await fleet.delete('pods', 'default', 'p');
  await fleet.advance(21_000);
  expect(names(fleet)).toEqual(['p']);
  fleet.edit('pods', 'default', 'p', ({ metadata }) => {
    metadata.finalizers = [];
  });
  await fleet.advance(21_000);
  expect(names(fleet)).toEqual([]);
});

test('finished pods beyond the threshold go, evicted ones first, then the oldest', () => {
  const info = (uid: string, phase: string, createdAt: number, deletionTime?: number, isEvicted = false) =>
    ({ uid, name: uid, phase, createdAt, deletionTime, isEvicted }) as PodInfo;
  const pods = [
    ...[info('b', 'Failed', 2), info('a', 'Succeeded', 1), info('c', 'Succeeded', 3)],
    ...[info('run', 'Running', 0), info('ending', 'Failed', 0, 5)],
  ];
  expect(surplusTerminated(pods, 1).map(({ uid }) => uid)).toEqual(['a', 'b']);
  expect(surplusTerminated(pods, 3)).toEqual([]);
  expect(surplusTerminated(pods, 0)).toEqual([]);
  const evicted = info('e', 'Failed', 9, undefined, true);
  expect(surplusTerminated([...pods, evicted], 2).map(({ uid }) => uid)).toEqual(['e', 'a']);
});
