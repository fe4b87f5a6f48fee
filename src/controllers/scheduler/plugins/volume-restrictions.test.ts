import { expect, test, vi } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import type { SchedulerProfile } from '../../../values/scheduler-profile.ts';
import { CLAIMS, VOLUMES } from '../../kinds/volume.ts';

const REASON = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';
const using = (claimName: string, more: object = {}) => ({
  spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }], ...more },
});

const claim = (fleet: SchedulerWorld, name: string, accessMode: string, owner?: string) =>
  fleet.other(CLAIMS, `default/${name}`, {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    metadata: {
      ...{ namespace: 'default', name, uid: name },
      annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
      ...(owner === undefined ? {} : { ownerReferences: [{ controller: true, uid: owner }] }),
    },
    spec: { accessModes: [accessMode], volumeName: 'pv' },
    status: { phase: 'Bound' },
  } as never);

/** Nodes `a` and `b`, and a bound claim `data`. */
function world(accessMode: string, settings: Partial<SchedulerProfile> = {}): SchedulerWorld {
  const fleet = new SchedulerWorld(settings);
  fleet.node('a');
  fleet.node('b');
  fleet.other(VOLUMES, 'pv', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv' },
    spec: {},
  } as never);
  claim(fleet, 'data', accessMode);
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

test('a claim that is made anew with another access mode is judged by that one', () => {
  // Without VolumeBinding, whose answers are as old as the storage is.
  const fleet = world('ReadWriteOnce', { plugins: { filter: { enabled: [], disabled: ['VolumeBinding'] } } });
  fleet.pod('first', 'a', using('data'));
  const second = fleet.newPod('second', using('data'));
  expect(fleet.feasible(second)).toEqual(['a', 'b']);
  fleet.other(CLAIMS, 'default/data', undefined);
  claim(fleet, 'data', 'ReadWriteOncePod');
  expect(fleet.select(second)).toBe(`0/2 nodes are available: 2 ${REASON}.`);
  fleet.other(CLAIMS, 'default/data', undefined);
  claim(fleet, 'data', 'ReadWriteMany');
  expect(fleet.feasible(second)).toEqual(['a', 'b']);
});

test('a claim that was made for a pod is not looked at, neither of those that name it nor of the pod itself', () => {
  const ephemeral = { spec: { volumes: [{ name: 'v', ephemeral: {} }] } };
  const fleet = world('ReadWriteOncePod');
  claim(fleet, 'owner-v', 'ReadWriteOncePod', 'default/owner');
  fleet.pod('owner', 'a', ephemeral);
  expect(fleet.feasible(fleet.newPod('other', using('owner-v')))).toEqual(['a', 'b']);
  fleet.noPod('owner');
  fleet.pod('other', 'a', using('owner-v'));
  expect(fleet.feasible(fleet.newPod('owner', ephemeral))).toEqual(['a', 'b']);
  expect(fleet.feasible(fleet.newPod('third', using('owner-v')))).toEqual([]);
});

test('a choice looks at no other pod of the namespace, and holds nothing that each of them is counted by', () => {
  const fleet = world('ReadWriteOncePod');
  const walked = vi.spyOn(fleet.world.cache, 'podsOnNodes');
  const second = fleet.newPod('second', using('data'));
  expect(fleet.feasible(second)).toEqual(['a', 'b']);
  expect(walked).not.toHaveBeenCalled();
  expect(fleet.world.tallies.size).toBe(0);
});
