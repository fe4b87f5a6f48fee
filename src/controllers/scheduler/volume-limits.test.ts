/** Pods that wait for room for their volumes, from the change that gives it to the binding. */
import { afterEach, expect, test, vi } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { attachment, csiNode, usingClaims } from '../../../test/support/scheduler-storage.ts';
import { ATTACHMENTS, BIND_COMPLETED, CLAIMS, CSI_NODES, VOLUMES } from '../kinds/volume.ts';
import { schedulerController } from './controller.ts';
import { SchedulingQueue } from './queue/scheduling-queue.ts';

const DRIVER = 'ebs.csi.aws.com';

let worlds: FleetWorld[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});

/** One node, which can have one volume, and has one attached; the claim `data`, which has another. */
async function world(): Promise<FleetWorld> {
  const fleet = new FleetWorld([schedulerController]);
  worlds = [...worlds, fleet];
  const allocatable = { cpu: '64', memory: '64Gi', pods: '1000' };
  fleet.add('nodes', { kind: 'Node', metadata: { name: 'n' }, spec: {}, status: { allocatable } });
  for (const name of ['data', 'foreign']) {
    const csi = { driver: DRIVER, volumeHandle: name };
    const status = { phase: 'Bound' };
    fleet.add(VOLUMES, { kind: 'PersistentVolume', metadata: { name }, spec: { csi }, status });
  }
  fleet.add(CLAIMS, {
    metadata: { name: 'data', namespace: 'default', annotations: { [BIND_COMPLETED]: 'yes' } },
    ...{ spec: { volumeName: 'data' }, status: { phase: 'Bound' } },
  });
  fleet.add(CSI_NODES, csiNode('n', { [DRIVER]: 1 }));
  fleet.add(ATTACHMENTS, attachment('n', DRIVER, 'foreign'));
  await fleet.start();
  return fleet;
}
const pod = (fleet: FleetWorld, name: string) =>
  fleet.add('pods', {
    ...{ kind: 'Pod', metadata: { name, namespace: 'default' }, status: { phase: 'Pending' } },
    spec: { containers: [{ name: 'c' }], ...usingClaims('data').spec },
  });
const nodeOf = (fleet: FleetWorld, name: string) => fleet.get('pods', name)?.spec.nodeName;
const raise = (fleet: FleetWorld) =>
  fleet.edit(CSI_NODES, '', 'n', ({ spec }) => {
    spec.drivers[0].allocatable.count = 2;
  });
const failures = (fleet: FleetWorld) => fleet.events.filter(({ reason }) => reason === 'FailedScheduling');

test.each<[string, (fleet: FleetWorld) => unknown]>([
  ['the limit of its CSINode rises', raise],
  ['the CSINode goes', (fleet) => fleet.delete(CSI_NODES, '', 'n')],
  ['an attachment goes', (fleet) => fleet.delete(ATTACHMENTS, '', 'csi-n-foreign')],
])('a pod that waits is bound soon when %s', async (_, act) => {
  const fleet = await world();
  pod(fleet, 'waits');
  await fleet.advance(30_000, 10_000);
  expect(nodeOf(fleet, 'waits')).toBeUndefined();
  expect(failures(fleet)).toMatchObject([{ message: expect.stringContaining('node(s) exceed max volume count') }]);
  await act(fleet);
  await fleet.advance(1_000);
  expect(nodeOf(fleet, 'waits')).toBe('n');
});

test('a pod that waits is not tried again when a limit falls or an attachment comes', async () => {
  const fleet = await world();
  pod(fleet, 'waits');
  await fleet.advance(30_000, 10_000);
  fleet.add(ATTACHMENTS, attachment('n', DRIVER, 'data-of-others'));
  fleet.edit(CSI_NODES, '', 'n', ({ spec }) => {
    spec.drivers[0].allocatable.count = 0;
  });
  const refused = vi.spyOn(SchedulingQueue.prototype, 'fitsNowhere');
  await fleet.advance(30_000, 10_000);
  expect(refused).not.toHaveBeenCalled();
});

test('why one pod of a batch fits nowhere says nothing of the next when the limit has risen meanwhile', async () => {
  const fleet = await world();
  const { fitsNowhere } = SchedulingQueue.prototype;
  vi.spyOn(SchedulingQueue.prototype, 'fitsNowhere').mockImplementationOnce(function (this: SchedulingQueue, ...args) {
    raise(fleet);
    fitsNowhere.apply(this, args);
  });
  const names = Array.from({ length: 60 }, (_, index) => `p${String(index).padStart(2, '0')}`);
  for (const name of names) {
    pod(fleet, name);
  }
  await fleet.rest();
  expect(failures(fleet).map(({ name }) => name)).toEqual(names.slice(0, 50));
  expect(nodeOf(fleet, 'p59')).toBe('n');
});
