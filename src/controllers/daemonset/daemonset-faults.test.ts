/** Writes of the controller fail at random, before or after they took effect, while nodes, pods and templates change. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { throughBrokenWrites } from '../../../test/support/break-writes.ts';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { DAEMON_SETS, daemonSet } from '../../../test/support/workloads.ts';
import { seededRandom } from '../../timing/random.ts';
import { podGcController } from '../pod-gc/controller.ts';
import { schedulerController } from '../scheduler/controller.ts';
import { daemonSetController } from './controller.ts';
import { nodeOf } from './daemon-pod.ts';

const NODES = ['a', 'b', 'c', 'd', 'e'];
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('node' as const, 'taint' as const), at: fc.nat(4) }),
  fc.record({ do: fc.constantFrom('fail' as const, 'delete' as const), at: fc.nat(9) }),
  fc.record({ do: fc.constant('image' as const), at: fc.nat(2) }),
);
const plan = fc.record({
  isSurging: fc.boolean(),
  steps: fc.array(step, { minLength: 4, maxLength: 14 }),
  seed: fc.nat(1_000_000),
});

/** One that is over may still be on its way out. */
const isLiving = ({ status }: Loose) => !['Succeeded', 'Failed'].includes(status?.phase);
const targetOf = ({ spec }: Loose) => nodeOf({ nodeName: spec.nodeName ?? '', scheduling: spec });

function act(fleet: FleetWorld, { do: what, at }: { do: string; at: number }): Promise<void> | void {
  const name = NODES[at] ?? '';
  const pods = fleet.all('pods');
  const pod = pods[at % Math.max(1, pods.length)];
  if (what === 'node' && fleet.get('nodes', name) === undefined) {
    fleet.add('nodes', { metadata: { name } });
  } else if (what === 'node') {
    return fleet.delete('nodes', '', name);
  } else if (what === 'taint' && fleet.get('nodes', name) !== undefined) {
    fleet.edit('nodes', '', name, (node) => {
      const isTainted = (node.spec?.taints ?? []).length > 0;
      node.spec = { taints: isTainted ? [] : [{ key: 'x', effect: at % 2 === 0 ? 'NoSchedule' : 'NoExecute' }] };
    });
  } else if (what === 'image') {
    fleet.edit(DAEMON_SETS, 'default', 'agent', ({ spec, metadata }) => {
      spec.template.spec.containers[0].image = `v${at}`;
      metadata.annotations = {};
    });
  } else if (pod !== undefined && what === 'fail' && pod.status?.phase === 'Running') {
    fleet.setPhase('default', pod.metadata.name, 'Failed');
  } else if (pod !== undefined && what === 'delete') {
    return fleet.delete('pods', 'default', pod.metadata.name, 3);
  }
}

test('no node has two daemons where one was asked, and all are there in the end', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ isSurging, steps, seed }) => {
      const random = seededRandom(seed);
      const fleet = new FleetWorld([daemonSetController, schedulerController, podGcController], seed);
      const tooMany: string[] = [];
      const most = isSurging ? 2 : 1;
      // Whoever surges does not wait for those that are on their way out.
      const counts = (pod: Loose) => isLiving(pod) && !(isSurging && pod.metadata.deletionTimestamp !== undefined);
      fleet.onWrite = (id) => {
        const targets = id === 'pods' ? fleet.all('pods').filter(counts).map(targetOf) : [];
        tooMany.push(...NODES.filter((name) => targets.filter((target) => target === name).length > most));
      };
      NODES.slice(0, 3).map((name) => fleet.add('nodes', { metadata: { name } }));
      await fleet.start();
      const rollingUpdate = isSurging ? { maxUnavailable: 0, maxSurge: 2 } : { maxUnavailable: 2, maxSurge: 0 };
      fleet.add(
        DAEMON_SETS,
        daemonSet('agent', { updateStrategy: { type: 'RollingUpdate', rollingUpdate }, revisionHistoryLimit: 2 }),
      );
      const course = { steps, act, afterEachMs: 2_000, afterAllMs: 400_000 };
      await throughBrokenWrites(fleet, () => random.next(), course);
      expect(tooMany).toEqual([]);
      const isFit = ({ spec }: Loose) => (spec?.taints ?? []).length === 0;
      const wanted = fleet.all('nodes').filter(isFit);
      const { status, spec } = fleet.get(DAEMON_SETS, 'agent') as Loose;
      const right = fleet
        .all('pods')
        .filter((pod) => pod.spec.containers[0].image === spec.template.spec.containers[0].image);
      const names = wanted.map(({ metadata }) => metadata.name);
      const there = new Set(right.map(targetOf));
      expect(names.filter((name) => !there.has(name))).toEqual([]);
      expect(status).toMatchObject({ desiredNumberScheduled: wanted.length, numberReady: wanted.length });
      expect(fleet.all('controllerrevisions.apps').length).toBeLessThanOrEqual(3 + status.numberMisscheduled);
      fleet.stop();
    }),
    { numRuns: 25 },
  );
});
