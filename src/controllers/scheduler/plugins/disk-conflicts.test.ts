import { expect, test } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';

const gce = (pdName: string, readOnly?: boolean) => ({ gcePersistentDisk: { pdName, readOnly } });
const aws = (volumeID: string) => ({ awsElasticBlockStore: { volumeID, readOnly: true } });
const iscsi = (iqn: string, readOnly?: boolean) => ({ iscsi: { iqn, readOnly } });
const rbd = (monitors: string[], image = 'i', readOnly?: boolean) => ({
  rbd: { monitors, image, pool: 'rbd', readOnly },
});
const having = (disk: object) => ({ spec: { volumes: [{ name: 'v', ...disk }] } });

test.each([
  ['a disk of GCE that one of them writes to', gce('d'), gce('d', true), false],
  ['a disk of GCE that both only read', gce('d', true), gce('d', true), true],
  ['two disks of GCE', gce('d'), gce('e'), true],
  ['a volume of AWS, however they have it', aws('d'), aws('d'), false],
  ['a volume of AWS and a disk of GCE of one name', aws('d'), gce('d'), true],
  ['a target of iSCSI that one of them writes to', iscsi('q', true), iscsi('q'), false],
  ['a target of iSCSI that both only read', iscsi('q', true), iscsi('q', true), true],
  ['an image of RBD of which they ask a monitor in common', rbd(['m1', 'm2']), rbd(['m2', 'm3']), false],
  ['an image of RBD that both only read', rbd(['m'], 'i', true), rbd(['m'], 'i', true), true],
  ['images of RBD of different monitors', rbd(['m1']), rbd(['m2']), true],
  ['two images of RBD', rbd(['m']), rbd(['m'], 'j'), true],
])('pods on one node with %s', (_, first, second, together) => {
  const fleet = new SchedulerWorld();
  fleet.node('a');
  const pod = fleet.newPod('second', having(second));
  expect(fleet.feasible(pod)).toEqual(['a']);
  fleet.pod('first', 'a', having(first));
  expect(fleet.feasible(pod)).toEqual(together ? ['a'] : []);
  fleet.noPod('first');
  expect(fleet.feasible(pod)).toEqual(['a']);
});

test('the message is kube-scheduler’s, another node can have it, and a more important pod takes its place', () => {
  const fleet = new SchedulerWorld();
  fleet.node('a');
  fleet.pod('first', 'a', having(aws('d')));
  const { spec } = having(aws('d'));
  expect(fleet.select(fleet.newPod('p', { spec }))).toBe('0/1 nodes are available: 1 node(s) had no available disk.');
  expect(fleet.preempt(fleet.pod('important', '', { spec: { ...spec, priority: 1 } }))).toBe('a: first');
  fleet.node('b');
  expect(fleet.feasible(fleet.newPod('p', { spec }))).toEqual(['b']);
});

test('of two pods that differ in their disk alone, one has no place where its disk is', () => {
  const fleet = new SchedulerWorld();
  fleet.node('a');
  fleet.pod('first', 'a', having(aws('d')));
  const answers = ['d', 'e', 'd'].map((disk) => fleet.feasible(fleet.newPod(`of-${disk}`, having(aws(disk)))));
  expect(answers).toEqual([[], ['a'], []]);
});
