import { expect, test, vi } from 'vitest';
import { attachment, claim, csiNode, usingClaims, volume } from '../../../../test/support/scheduler-storage.ts';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import { ATTACHMENTS, CLASSES, CSI_NODES } from '../../kinds/volume.ts';

const DRIVER = 'ebs.csi.aws.com';

const limit = (fleet: SchedulerWorld, node: string, count: number | undefined, driver = DRIVER): void =>
  fleet.other(CSI_NODES, node, csiNode(node, { [driver]: count }) as never);

/** Nodes `a`, which can have two volumes, and `b`, of which nothing is known; claims `c0` to `c3` with volumes. */
function world(): SchedulerWorld {
  const fleet = new SchedulerWorld();
  fleet.node('a');
  fleet.node('b');
  limit(fleet, 'a', 2);
  for (const index of [0, 1, 2, 3]) {
    volume(fleet, `v${index}`, { csi: { driver: DRIVER, volumeHandle: `h${index}` } });
    claim(fleet, `c${index}`, `v${index}`);
  }
  return fleet;
}

test('a node takes no more volumes of a driver than it can have', () => {
  const fleet = world();
  const pod = fleet.newPod('p', usingClaims('c2'));
  fleet.pod('first', 'a', usingClaims('c0'));
  expect(fleet.feasible(pod)).toEqual(['a', 'b']);
  expect(fleet.feasible(fleet.newPod('two', usingClaims('c2', 'c3')))).toEqual(['b']);
  fleet.pod('second', 'a', usingClaims('c1'));
  expect(fleet.refusal(pod, 'a')?.reasons).toEqual(['node(s) exceed max volume count']);
  fleet.noPod('first');
  expect(fleet.feasible(pod)).toEqual(['a', 'b']);
});

test('a volume that several pods have counts once', () => {
  const fleet = world();
  fleet.pod('first', 'a', usingClaims('c0', 'c1'));
  fleet.pod('second', 'a', usingClaims('c0', 'c1'));
  expect(fleet.feasible(fleet.newPod('p', usingClaims('c1')))).toEqual(['a', 'b']);
});

test('other drivers, and volumes of other kinds, have nothing to do with it', () => {
  const fleet = world();
  volume(fleet, 'nfs', { nfs: {} });
  claim(fleet, 'files', 'nfs');
  volume(fleet, 'other', { csi: { driver: 'other', volumeHandle: 'h' } });
  claim(fleet, 'other', 'other');
  fleet.pod('first', 'a', usingClaims('c0', 'c1'));
  expect(fleet.feasible(fleet.newPod('p', usingClaims('files', 'other')))).toEqual(['a', 'b']);
});

test('the limit may change, be none, or be nothing at all', () => {
  const fleet = world();
  fleet.pod('first', 'a', usingClaims('c0', 'c1'));
  const pod = fleet.newPod('p', usingClaims('c2'));
  limit(fleet, 'a', 3);
  expect(fleet.feasible(pod)).toEqual(['a', 'b']);
  limit(fleet, 'a', 0);
  expect(fleet.feasible(pod)).toEqual(['b']);
  limit(fleet, 'a', undefined);
  expect(fleet.feasible(pod)).toEqual(['a', 'b']);
});

test('what is attached counts, and a volume that is not made yet, for the driver of its class', () => {
  const fleet = world();
  limit(fleet, 'a', 1);
  fleet.other(CLASSES, 'gp3', {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'gp3' } },
    ...{ provisioner: DRIVER, volumeBindingMode: 'WaitForFirstConsumer' },
  } as never);
  claim(fleet, 'later', '', { storageClassName: 'gp3' });
  const pod = fleet.newPod('p', usingClaims('later'));
  expect(fleet.feasible(pod)).toEqual(['a', 'b']);
  fleet.other(ATTACHMENTS, 'csi-1', attachment('a', DRIVER, 'v0') as never);
  expect(fleet.feasible(pod)).toEqual(['b']);
  expect(fleet.feasible(fleet.newPod('its-own', usingClaims('c0')))).toEqual(['a', 'b']);
  fleet.other(ATTACHMENTS, 'csi-1', undefined);
  expect(fleet.feasible(pod)).toEqual(['a', 'b']);
});

test('a more important pod takes the place of one with a volume', () => {
  const fleet = world();
  fleet.noNode('b');
  limit(fleet, 'a', 1);
  fleet.pod('first', 'a', usingClaims('c0'));
  const spec = { ...usingClaims('c1').spec, priority: 10 };
  expect(fleet.preempt(fleet.pod('second', '', { spec }))).toBe('a: first');
});

test('what a node has is looked at once, until its pods or their claims change', () => {
  const fleet = world();
  fleet.pod('first', 'a', usingClaims('c0', 'c1'));
  const pods = ['p', 'q'].map((name) => fleet.newPod(name, usingClaims('c2')));
  const claims = vi.spyOn(fleet.world.volumes.view.claims, 'get');
  const looks = (pod = pods[0]) => {
    fleet.demands.clear();
    claims.mockClear();
    const feasible = pod && fleet.feasible(pod);
    return [feasible, claims.mock.calls.filter(([, name]) => name !== 'c2').length];
  };
  expect(looks()).toEqual([['b'], 2]);
  expect(pods.map((pod) => looks(pod))).toEqual([
    [['b'], 0],
    [['b'], 0],
  ]);
  fleet.pod('second', 'b', usingClaims('c3'));
  expect(looks()).toEqual([['b'], 0]);
  volume(fleet, 'v1', { csi: { driver: 'other', volumeHandle: 'h1' } });
  expect(looks()).toEqual([['a', 'b'], 2]);
});

test('while all its claims together are within the limit none of them is looked at', () => {
  const fleet = world();
  fleet.pod('first', 'a', usingClaims('c0'));
  const claims = vi.spyOn(fleet.world.volumes.view.claims, 'get');
  expect(fleet.feasible(fleet.newPod('p', usingClaims('c2')))).toEqual(['a', 'b']);
  expect(claims.mock.calls.filter(([, name]) => name === 'c0')).toEqual([]);
});

test('the volume of a pod that is attached counts once, and what is attached later counts too', () => {
  const fleet = world();
  fleet.pod('first', 'a', usingClaims('c0'));
  fleet.other(ATTACHMENTS, 'csi-0', attachment('a', DRIVER, 'v0') as never);
  const pod = fleet.newPod('p', usingClaims('c2'));
  expect(fleet.feasible(pod)).toEqual(['a', 'b']);
  fleet.other(ATTACHMENTS, 'csi-1', attachment('a', DRIVER, 'v1') as never);
  expect(fleet.feasible(pod)).toEqual(['b']);
});
