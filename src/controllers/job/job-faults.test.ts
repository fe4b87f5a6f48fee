/** Writes of the controller fail at random, before or after they took effect; pods end as they like. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breakWrites } from '../../../test/support/break-writes.ts';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { seededRandom } from '../../timing/random.ts';
import { controllerOf } from '../owner-references.ts';
import { jobController } from './controller.ts';
import { FINALIZER, INDEX } from './job-pod.ts';

const JOBS = 'jobs.batch';

const plan = fc.record({
  isIndexed: fc.boolean(),
  parallelism: fc.integer({ min: 1, max: 4 }),
  completions: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(1_000_000),
});

test('no pod is counted twice or lost, none runs too many, and the job ends', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ isIndexed, parallelism, completions, seed }) => {
      const random = seededRandom(seed);
      const fleet = new FleetWorld([jobController]);
      let isBroken = true;
      breakWrites(
        fleet.registry,
        () => random.next(),
        () => isBroken,
      );
      const succeeded = new Set<string>();
      const failed = new Set<string>();
      const tooMany: string[][] = [];
      const indexes = new Map<string, Set<string>>();
      const isActive = ({ metadata, status }: Loose) =>
        metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(status?.phase);
      fleet.onWrite = (id, pod) => {
        if (id === 'pods' && pod !== undefined && controllerOf(pod) !== undefined) {
          const { uid = '', labels = {} } = pod.metadata;
          const active = fleet.all('pods').filter(isActive);
          const places = active.map(({ metadata }) => metadata.labels?.[INDEX]);
          if (active.length > parallelism || (isIndexed && new Set(places).size < active.length)) {
            tooMany.push(active.map(({ metadata }) => `${metadata.name} ${metadata.labels?.[INDEX]}`));
          }
          if (pod.status?.phase === 'Succeeded') {
            succeeded.add(uid);
            indexes.set(labels[INDEX] ?? '', (indexes.get(labels[INDEX] ?? '') ?? new Set()).add(uid));
          }
          if (pod.status?.phase === 'Failed') {
            failed.add(uid);
          }
        }
      };
      fleet.add('nodes', { metadata: { name: 'n1' } });
      await fleet.start();
      fleet.add(JOBS, {
        ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', namespace: 'default' } },
        spec: {
          ...{ parallelism, completions, backoffLimit: 1_000, completionMode: isIndexed ? 'Indexed' : 'NonIndexed' },
          selector: { matchLabels: { job: 'j' } },
          template: {
            metadata: { labels: { job: 'j' } },
            spec: { nodeName: 'n1', restartPolicy: 'Never', containers: [{ name: 'c' }] },
          },
        },
      });
      for (let step = 0; step < 120; step += 1) {
        isBroken = step < 60;
        for (const pod of fleet.all('pods').filter(({ status }) => status?.phase === 'Running')) {
          const draw = random.next();
          const phase = draw < 0.2 || !isBroken ? 'Succeeded' : 'Failed';
          if (draw < 0.4 || !isBroken) {
            fleet.setPhase('default', pod.metadata.name, phase);
          }
        }
        await fleet.advance(6_000, 2_000);
      }
      // Back-off grows to ten minutes.
      await fleet.advance(1_300_000, 20_000);
      // One at a time in the worst case.
      for (let round = 0; round < completions; round += 1) {
        for (const pod of fleet.all('pods').filter(({ status }) => status?.phase === 'Running')) {
          fleet.setPhase('default', pod.metadata.name, 'Succeeded');
        }
        await fleet.advance(60_000, 5_000);
      }
      expect(tooMany).toEqual([]);
      const { status } = fleet.get(JOBS, 'j') as Loose;
      expect(status.conditions.at(-1)).toMatchObject({ type: 'Complete', status: 'True' });
      expect(status.failed ?? 0).toBe(failed.size);
      expect(status.succeeded).toBe(completions);
      expect(isIndexed ? indexes.size : succeeded.size).toBe(completions);
      expect(fleet.all('pods').filter(({ metadata }) => metadata.finalizers?.includes(FINALIZER))).toEqual([]);
      fleet.stop();
    }),
    { numRuns: 25 },
  );
});
