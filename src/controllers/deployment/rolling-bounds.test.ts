import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { DEPLOYMENTS, deployment, podTemplate, SETS } from '../../../test/support/workloads.ts';
import { replicaSetController } from '../replicaset/controller.ts';
import { deploymentController } from './controller.ts';
import { fenceposts } from './replica-counts.ts';

const isUp = ({ metadata, status }: Loose): boolean =>
  metadata.deletionTimestamp === undefined &&
  status?.conditions?.some((c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True') === true;

const amount = fc.oneof(
  fc.nat(4),
  fc.nat(100).map((percent) => `${percent}%`),
);

/** Scalings move the bounds, so while one settles only the end counts; rollouts keep them at every write. */
test('a rollout keeps within maxSurge and maxUnavailable at every step, whatever starts when', async () => {
  const plan = fc.record({
    replicas: fc.nat({ max: 8 }),
    rollingUpdate: fc.record({ maxSurge: amount, maxUnavailable: amount }),
    images: fc.array(fc.record({ image: fc.constantFrom('v1', 'v2', 'v3'), waitMs: fc.nat(20_000) }), { maxLength: 5 }),
    slow: fc.nat(100),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ replicas, rollingUpdate, images, slow, seed }) => {
      const fleet = new FleetWorld([deploymentController, replicaSetController], seed);
      fleet.add('nodes', { metadata: { name: 'n1' } });
      await fleet.start();
      const given = deployment('web', replicas, { strategy: { type: 'RollingUpdate', rollingUpdate } });
      fleet.add(DEPLOYMENTS, given);
      await fleet.advance(5_000);
      const { maxSurge, maxUnavailable } = fenceposts(given as never);
      fleet.startPod = () => (fleet.random.next() * 100 < slow ? 'Pending' : 'Running');
      fleet.onWrite = () => {
        const asked = fleet.all(SETS).reduce((sum, { spec }) => sum + spec.replicas, 0);
        expect(asked).toBeLessThanOrEqual(replicas + maxSurge);
        expect(fleet.all('pods').filter(isUp).length).toBeGreaterThanOrEqual(replicas - maxUnavailable);
      };
      for (const { image, waitMs } of images) {
        fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => {
          spec.template = podTemplate('web', image);
        });
        await fleet.advance(waitMs, 500);
      }
      fleet.startPod = () => 'Running';
      await fleet.advance(150_000, 5_000);
      const { status } = fleet.get(DEPLOYMENTS, 'web') as Loose;
      const nothing = { replicas: 0, updatedReplicas: 0, availableReplicas: 0 };
      expect({ ...nothing, ...status }).toMatchObject({
        replicas,
        updatedReplicas: replicas,
        availableReplicas: replicas,
      });
      expect(new Set(fleet.all('pods').map(({ spec }) => spec.containers[0].image)).size).toBeLessThanOrEqual(1);
      expect(fleet.errors).toEqual([]);
      fleet.stop();
    }),
    { numRuns: 30 },
  );
}, 60_000);

test('a rollout that is resized on the way ends with what was asked last', async () => {
  const step = fc.record({
    replicas: fc.nat({ max: 9 }),
    image: fc.constantFrom('v1', 'v2', 'v3'),
    paused: fc.boolean(),
    waitMs: fc.nat(8_000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 6 }),
      fc.constantFrom('RollingUpdate', 'Recreate'),
      async (steps, type) => {
        const fleet = new FleetWorld([deploymentController, replicaSetController]);
        fleet.add('nodes', { metadata: { name: 'n1' } });
        await fleet.start();
        fleet.add(DEPLOYMENTS, deployment('web', 3, { strategy: { type } }));
        for (const { replicas, image, paused, waitMs } of [
          ...steps,
          { replicas: 4, image: 'v4', paused: false, waitMs: 0 },
        ]) {
          fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => {
            Object.assign(spec, { replicas, paused, template: podTemplate('web', image) });
          });
          await fleet.advance(waitMs, 500);
        }
        await fleet.advance(200_000, 5_000);
        const { status, metadata } = fleet.get(DEPLOYMENTS, 'web') as Loose;
        expect(status).toMatchObject({ ...{ replicas: 4, updatedReplicas: 4, availableReplicas: 4 } });
        expect(status.observedGeneration).toBe(metadata.generation);
        expect(fleet.all('pods').map(({ spec }) => spec.containers[0].image)).toEqual(['v4', 'v4', 'v4', 'v4']);
        fleet.stop();
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);
