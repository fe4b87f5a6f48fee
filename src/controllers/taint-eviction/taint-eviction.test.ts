import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import type { Taint } from '../kinds/node.ts';
import type { Toleration } from '../kinds/pod.ts';
import { taintEvictionController } from './controller.ts';
import { evictionTime } from './eviction-time.ts';
import { TaintTimes } from './taint-times.ts';

let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});
async function world(): Promise<FleetWorld> {
  const fleet = new FleetWorld([taintEvictionController]);
  worlds = [...worlds, fleet];
  fleet.add('nodes', { kind: 'Node', metadata: { name: 'n1' } });
  await fleet.start();
  return fleet;
}
const pod = (fleet: FleetWorld, name: string, tolerations: Toleration[] = []) =>
  fleet.add('pods', {
    metadata: { name, namespace: 'default' },
    spec: { nodeName: 'n1', containers: [], tolerations: tolerations.map((toleration) => ({ ...toleration })) },
    status: {
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: new Date(fleet.clock.now()).toISOString() },
      ],
    },
  });
const taint = (fleet: FleetWorld, ...taints: Taint[]) =>
  fleet.edit('nodes', '', 'n1', (node) => {
    node.spec = { taints };
  });
const UNREACHABLE = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
const noted = (fleet: FleetWorld) => ({ ...UNREACHABLE, timeAdded: new Date(fleet.clock.now()).toISOString() });
const bearing = (seconds?: number): Toleration => ({
  ...{ key: UNREACHABLE.key, operator: 'Exists', effect: 'NoExecute' },
  ...(seconds === undefined ? {} : { tolerationSeconds: seconds }),
});
/** Names of pods that nobody has told to go. Only controllers act: `clock.advance`. */
const staying = (fleet: FleetWorld) =>
  fleet
    .all('pods')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.name);

describe('a NoExecute taint', () => {
  test('moves pods at once, after their tolerationSeconds, or never; and tells why', async () => {
    const fleet = await world();
    pod(fleet, 'none');
    pod(fleet, 'brief', [bearing(30)]);
    pod(fleet, 'ever', [bearing()]);
    taint(fleet, noted(fleet));
    await fleet.rest();
    expect(staying(fleet)).toEqual(['brief', 'ever']);
    await fleet.clock.advance(29_000);
    expect(staying(fleet)).toEqual(['brief', 'ever']);
    await fleet.clock.advance(1_500);
    expect(staying(fleet)).toEqual(['ever']);
    expect(fleet.get('pods', 'brief')?.status.conditions).toContainEqual(
      expect.objectContaining({
        ...{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' },
        message: 'Taint manager: deleting due to NoExecute taint',
      }),
    );
    expect(fleet.events.map(({ name, reason, message }) => [name, reason, message])).toEqual([
      ['none', 'TaintManagerEviction', 'Marking for deletion Pod default/none'],
      ['brief', 'TaintManagerEviction', 'Marking for deletion Pod default/brief'],
    ]);
    expect(fleet.errors).toEqual([]);
  });

  test('that goes in time spares the pods, and begins anew when it comes back', async () => {
    const fleet = await world();
    pod(fleet, 'p', [bearing(30)]);
    taint(fleet, noted(fleet));
    await fleet.clock.advance(20_000);
    expect(fleet.events).toEqual([]);
    taint(fleet);
    await fleet.clock.advance(20_000);
    expect(fleet.events.map(({ name, type, reason, message }) => [name, type, reason, message])).toEqual([
      ['p', 'Normal', 'TaintManagerEviction', 'Cancelling deletion of Pod default/p'],
    ]);
    taint(fleet, noted(fleet));
    await fleet.clock.advance(29_000);
    expect(staying(fleet)).toEqual(['p']);
    await fleet.clock.advance(2_000);
    expect(staying(fleet)).toEqual([]);
  });

  test.each([7_200_000, -7_200_000])('counts on when the wall clock is set by %i ms', async (step) => {
    const fleet = await world();
    pod(fleet, 'p', [bearing(300)]);
    await fleet.clock.advance(5_000);
    taint(fleet, noted(fleet));
    await fleet.clock.advance(100_000);
    fleet.clock.step(step);
    await fleet.clock.advance(step < 0 ? 10_000 : 190_000);
    expect(staying(fleet)).toEqual(['p']);
    await fleet.clock.advance(step < 0 ? 200_000 : 20_000);
    expect(staying(fleet)).toEqual([]);
  });

  test('without a time, as kubectl sets it, counts from when it was seen', async () => {
    const fleet = await world();
    pod(fleet, 'p', [bearing(30)]);
    taint(fleet, UNREACHABLE);
    await fleet.clock.advance(29_000);
    expect(staying(fleet)).toEqual(['p']);
    await fleet.clock.advance(2_000);
    expect(staying(fleet)).toEqual([]);
  });

  test('does not count against a pod the time before it came', async () => {
    const fleet = await world();
    taint(fleet, noted(fleet));
    await fleet.clock.advance(100_000);
    pod(fleet, 'late', [bearing(30)]);
    pod(fleet, 'bare');
    await fleet.clock.advance(25_000);
    expect(staying(fleet)).toEqual(['late']);
    await fleet.clock.advance(10_000);
    expect(staying(fleet)).toEqual([]);
  });

  test('other effects move nobody', async () => {
    const fleet = await world();
    pod(fleet, 'p');
    taint(fleet, { ...UNREACHABLE, effect: 'NoSchedule' });
    await fleet.clock.advance(20_000);
    expect(staying(fleet)).toEqual(['p']);
  });
});

test('the first toleration that matches a taint counts, and the soonest of all taints', () => {
  const other = { key: 'k', effect: 'NoExecute' };
  const at = (taints: Taint[], tolerations: Toleration[]) => evictionTime(taints, tolerations, () => 1_000);
  expect(at([], [])).toBeUndefined();
  expect(at([other], [])).toBe(0);
  expect(at([UNREACHABLE, other], [bearing()])).toBe(0);
  expect(at([UNREACHABLE], [bearing(60), bearing(5)])).toBe(61_000);
  expect(at([UNREACHABLE, other], [bearing(60), { operator: 'Exists', tolerationSeconds: 5 }])).toBe(6_000);
  expect(at([UNREACHABLE], [bearing(-5)])).toBe(1_000);
});

const at = (ms: number) => ({ now: () => ms, monotonic: () => ms });

test('a taint seen for as long as it is there is as old as that', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1 }), (there) => {
      const times = new TaintTimes();
      let since: number | undefined;
      for (const [now, has] of there.entries()) {
        since = has ? (since ?? now) : undefined;
        const sinceOf = times.look({ uid: 'n', taints: has ? [UNREACHABLE] : [] }, at(now));
        expect(sinceOf(UNREACHABLE)).toBe(since ?? now);
      }
      times.keepOnly(new Set());
      expect(times.look({ uid: 'n', taints: [UNREACHABLE] }, at(99))(UNREACHABLE)).toBe(99);
    }),
  );
});
