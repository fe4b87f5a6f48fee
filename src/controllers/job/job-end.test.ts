import { describe, expect, test } from 'vitest';
import { useJobs } from '../../../test/support/job-fixture.ts';

const JOBS = 'jobs.batch';
const jobs = useJobs();
const { addJob, conditions, pods, endAll, tracked } = jobs;

describe('when the job goes', () => {
  test.each(['Background', 'Foreground'] as const)(
    'by %s, its pods go, finalizers and all',
    async (propagationPolicy) => {
      addJob();
      await jobs.fleet.advance(2_000);
      await jobs.fleet.registry.delete(JOBS, 'default', 'j', { propagationPolicy });
      await jobs.fleet.advance(60_000);
      expect([jobs.fleet.all(JOBS), pods()]).toEqual([[], []]);
      expect(jobs.fleet.errors).toEqual([]);
    },
  );

  test('without its pods, they are set free', async () => {
    addJob();
    await jobs.fleet.advance(2_000);
    await jobs.fleet.registry.delete(JOBS, 'default', 'j', { propagationPolicy: 'Orphan' });
    await jobs.fleet.advance(20_000);
    expect(pods('Running')).toHaveLength(2);
    expect([tracked(), pods().flatMap(({ metadata }) => metadata.ownerReferences ?? [])]).toEqual([[], []]);
  });

  test('it goes by itself so long after its end, and not before', async () => {
    addJob({ parallelism: 1, completions: 1, ttlSecondsAfterFinished: 100 });
    await jobs.fleet.advance(2_000);
    endAll('Succeeded');
    await jobs.fleet.advance(95_000, 5_000);
    expect(conditions()).toContain('Complete CompletionsReached');
    await jobs.fleet.advance(20_000, 5_000);
    expect([jobs.fleet.all(JOBS), pods()]).toEqual([[], []]);
  });

  test('a time to live that is given late counts from the end', async () => {
    addJob({ parallelism: 1, completions: 1 });
    await jobs.fleet.advance(2_000);
    endAll('Failed');
    jobs.fleet.edit(JOBS, 'default', 'j', ({ spec }) => Object.assign(spec, { backoffLimit: 0 }));
    await jobs.fleet.advance(50_000, 5_000);
    expect(conditions()).toContain('Failed BackoffLimitExceeded');
    jobs.fleet.edit(JOBS, 'default', 'j', ({ spec }) => Object.assign(spec, { ttlSecondsAfterFinished: 10 }));
    await jobs.fleet.advance(2_000);
    expect(jobs.fleet.all(JOBS)).toEqual([]);
  });
});
