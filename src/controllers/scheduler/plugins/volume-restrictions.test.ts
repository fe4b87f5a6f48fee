import { expect, test } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import { CLAIMS, VOLUMES } from '../../kinds/volume.ts';

const REASON = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';
const using = (claimName: string, more: object = {}) => ({
  spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }], ...more },
});

/** Nodes `a` and `b`, and a bound claim `data`. */
function world(accessMode: string): SchedulerWorld {
  const fleet = new SchedulerWorld();
  fleet.node('a');
  fleet.node('b');
  fleet.other(VOLUMES, 'pv', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv' },
    spec: {},
  } as never);
  fleet.other(CLAIMS, 'default/data', {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    metadata: {
      ...{ namespace: 'default', name: 'data', uid: 'data' },
      annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
    },
    spec: { accessModes: [accessMode], volumeName: 'pv' },
    status: { phase: 'Bound' },
  } as never);
  return fleet;
}

test('a claim of one pod alone keeps others off all nodes until that pod is gone', () => {
  const fleet = world('ReadWriteOncePod');
  const second = fleet.newPod('second', using('data'));
  expect(fleet.feasible(second)).toEqual(['a', 'b']);
  fleet.pod('first', 'a', using('data'));
  expect(fleet.select(second)).toBe(`0/2 nodes are available: 2 ${REASON}.`);
  fleet.noPod('first');
  expect(fleet.feasible(second)).toEqual(['a', 'b']);
});

test('a pod that was just chosen a node for has the claim already', () => {
  const fleet = world('ReadWriteOncePod');
  fleet.world.cache.assume(fleet.newPod('first', using('data')), 'a');
  expect(fleet.feasible(fleet.newPod('second', using('data')))).toEqual([]);
});

test('an ended pod, one of another namespace and other access modes are in nobody’s way', () => {
  const fleet = world('ReadWriteOncePod');
  fleet.pod('ended', 'a', { ...using('data'), status: { phase: 'Succeeded' } });
  fleet.pod('elsewhere', 'a', { ...using('data'), namespace: 'other' });
  expect(fleet.feasible(fleet.newPod('p', using('data')))).toEqual(['a', 'b']);
  const shared = world('ReadWriteOnce');
  shared.pod('first', 'a', using('data'));
  expect(shared.feasible(shared.newPod('second', using('data')))).toEqual(['a', 'b']);
});

test('a more important pod takes the claim of another by pre-emption, where that runs', () => {
  const fleet = world('ReadWriteOncePod');
  fleet.pod('first', 'a', using('data'));
  expect(fleet.preempt(fleet.pod('second', '', using('data', { priority: 10 })))).toBe('a: first');
});
