/** Writes of the controller fail at random, before or after they took effect, while sizes, pods and templates change. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { throughBrokenWrites } from '../../../test/support/break-writes.ts';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { podTemplate, STATEFUL_SETS, statefulSet } from '../../../test/support/workloads.ts';
import { seededRandom } from '../../timing/random.ts';
import { garbageCollector } from '../garbage-collector/controller.ts';
import { statefulSetController } from './controller.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('scale' as const), at: fc.nat(5) }),
  fc.record({ do: fc.constantFrom('fail' as const, 'delete' as const), at: fc.nat(5) }),
  fc.record({ do: fc.constant('image' as const), at: fc.nat(2) }),
);
const plan = fc.record({
  isParallel: fc.boolean(),
  steps: fc.array(step, { minLength: 4, maxLength: 12 }),
  seed: fc.nat(1_000_000),
});

function act(fleet: FleetWorld, { do: what, at }: { do: string; at: number }): Promise<void> | void {
  const pod = fleet.get('pods', `web-${at}`);
  if (what === 'scale' || what === 'image') {
    fleet.edit(STATEFUL_SETS, 'default', 'web', ({ spec }) => {
      Object.assign(spec, what === 'scale' ? { replicas: at } : { template: podTemplate('web', `v${at}`) });
    });
  } else if (pod !== undefined && what === 'fail' && pod.status?.phase === 'Running') {
    fleet.setPhase('default', pod.metadata.name, 'Failed');
  } else if (pod !== undefined && what === 'delete') {
    return fleet.delete('pods', 'default', pod.metadata.name, 3);
  }
}

test('in order no pod is made before those below it are ready, and all come to what was asked last', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ isParallel, steps, seed }) => {
      const random = seededRandom(seed);
      const fleet = new FleetWorld([statefulSetController, garbageCollector], seed);
      const early: string[] = [];
      const seen = new Set<string>();
      fleet.onWrite = (id, pod) => {
        if (id === 'pods' && pod !== undefined && !seen.has(pod.metadata.uid ?? '')) {
          seen.add(pod.metadata.uid ?? '');
          const ordinal = Number(pod.metadata.name.split('-')[1]);
          const below = Array.from({ length: ordinal }, (_, at) => fleet.get('pods', `web-${at}`));
          early.push(...(isParallel || below.every((one) => one !== undefined) ? [] : [pod.metadata.name]));
        }
      };
      fleet.add('nodes', { metadata: { name: 'n1' } });
      await fleet.start();
      const volumeClaimTemplates = [{ metadata: { name: 'data' }, spec: {} }];
      const policy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
      fleet.add(
        STATEFUL_SETS,
        statefulSet('web', {
          ...{ volumeClaimTemplates, revisionHistoryLimit: 2, persistentVolumeClaimRetentionPolicy: policy },
          podManagementPolicy: isParallel ? 'Parallel' : 'OrderedReady',
        }),
      );
      const course = { steps, act, afterEachMs: 3_000, afterAllMs: 600_000 };
      await throughBrokenWrites(fleet, () => random.next(), course);
      expect(early).toEqual([]);
      const { spec, status } = fleet.get(STATEFUL_SETS, 'web') as Loose;
      const wanted = Array.from(
        { length: spec.replicas },
        (_, at) => `web-${at} ${spec.template.spec.containers[0].image}`,
      );
      const there = fleet.all('pods').map((pod) => `${pod.metadata.name} ${pod.spec.containers[0].image}`);
      expect(there.sort()).toEqual(wanted);
      expect(status.currentRevision).toBe(status.updateRevision);
      expect(status.availableReplicas).toBe(spec.replicas);
      const claims = fleet.all('persistentvolumeclaims').map(({ metadata }) => metadata.name);
      // As in Kubernetes, one may be left that was made for a pod that never was.
      expect(claims).toEqual(expect.arrayContaining(wanted.map((_, at) => `data-web-${at}`)));
      expect(fleet.all('controllerrevisions.apps').length).toBeLessThanOrEqual(3);
      fleet.stop();
    }),
    { numRuns: 25 },
  );
});
