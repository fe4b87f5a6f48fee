import { expect, test } from 'vitest';
import { claim, usingClaims, volume } from '../../../../test/support/scheduler-storage.ts';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';

const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
const OLD_ZONE = 'failure-domain.beta.kubernetes.io/zone';
const OLD_REGION = 'failure-domain.beta.kubernetes.io/region';

/** Nodes `a` and `b` in zones of these names, and `old`, whose labels are of old. */
function world(labels: Record<string, string>): SchedulerWorld {
  const fleet = new SchedulerWorld();
  fleet.node('a', { labels: { [ZONE]: 'a', [REGION]: 'r' } });
  fleet.node('b', { labels: { [ZONE]: 'b', [REGION]: 'r' } });
  fleet.node('old', { labels: { [OLD_ZONE]: 'a', [OLD_REGION]: 'r' } });
  volume(fleet, 'pv', {}, labels);
  claim(fleet, 'data', 'pv');
  return fleet;
}

test.each([
  ['of its zone', { [ZONE]: 'a' }, ['a']],
  ['of its region', { [REGION]: 'r' }, ['a', 'b']],
  ['of both', { [ZONE]: 'b', [REGION]: 'r' }, ['b']],
  ['of any of its zones', { [ZONE]: 'a__b' }, ['a', 'b']],
  ['of its zone, named as of old, with either name', { [OLD_ZONE]: 'a', [OLD_REGION]: 'r' }, ['a', 'old']],
  ['anywhere, where a list of zones is broken', { [ZONE]: 'a__' }, ['a', 'b', 'old']],
  ['anywhere, where it has no such labels', { app: 'x' }, ['a', 'b', 'old']],
])('a volume goes to nodes %s', (_, labels, nodes) => {
  const fleet = world(labels);
  expect(fleet.feasible(fleet.newPod('p', usingClaims('data')))).toEqual(nodes);
});

test('the message is kube-scheduler’s, and pre-emption does not help', () => {
  const fleet = world({ [ZONE]: 'c' });
  const pod = fleet.newPod('p', { ...usingClaims('data') });
  expect(fleet.select(pod)).toBe('0/3 nodes are available: 3 node(s) had no available volume zone.');
  expect(fleet.refusal(pod, 'a')?.preemptible).toBe(false);
});

test('nodes of a fleet without zones can have it, and the zone may change', () => {
  const fleet = world({ [ZONE]: 'c' });
  fleet.node('plain');
  const pod = fleet.newPod('p', usingClaims('data'));
  expect(fleet.feasible(pod)).toEqual(['plain']);
  volume(fleet, 'pv', {}, { [ZONE]: 'b' });
  expect(fleet.feasible(pod)).toEqual(['b', 'plain']);
});

test('a volume that is gone is named', () => {
  const fleet = world({});
  claim(fleet, 'lost', 'gone');
  expect(fleet.select(fleet.newPod('p', usingClaims('lost')))).toBe(
    '0/3 nodes are available: persistentvolume "gone" not found.',
  );
});
