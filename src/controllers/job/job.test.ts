import { describe, expect, test } from 'vitest';
import { useJobs } from '../../../test/support/job-fixture.ts';
import { forbidden, StatusError } from '../../errors.ts';

const JOBS = 'jobs.batch';
const jobs = useJobs();
const { addJob, job, conditions, pods, end, endAll, tracked, told } = jobs;

describe('a job', () => {
  test('runs its pods two at a time until three have succeeded, and says so', async () => {
    addJob();
    await jobs.fleet.advance(2_000);
    expect(pods('Running')).toHaveLength(2);
    expect(job().status).toMatchObject({ active: 2, ready: 2, terminating: 0, startTime: expect.any(String) });
    expect(tracked()).toHaveLength(2);
    endAll('Succeeded');
    await jobs.fleet.advance(2_000);
    expect(job().status).toMatchObject({ active: 1, succeeded: 2, uncountedTerminatedPods: {} });
    endAll('Succeeded');
    await jobs.fleet.advance(2_000);
    expect(job().status).toEqual({
      ...{ succeeded: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {} },
      ...{ startTime: '2026-01-01T00:00:00Z', completionTime: expect.any(String) },
      conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({
        ...{ type, status: 'True', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' },
        ...{ lastProbeTime: expect.any(String), lastTransitionTime: expect.any(String) },
      })),
    });
    expect([pods().length, tracked().length]).toEqual([3, 0]);
    expect(told()).toEqual(['SuccessfulCreate', 'SuccessfulCreate', 'SuccessfulCreate', 'Completed']);
    expect(jobs.fleet.errors).toEqual([]);
  });

  test('tries again after its back-off, and gives up after so many failures', async () => {
    addJob({ parallelism: 1, completions: 1, backoffLimit: 1 });
    await jobs.fleet.advance(2_000);
    endAll('Failed');
    await jobs.fleet.advance(8_000);
    expect(pods('Running')).toHaveLength(0);
    expect(job().status).toMatchObject({ failed: 1 });
    await jobs.fleet.advance(4_000);
    expect(pods('Running')).toHaveLength(1);
    endAll('Failed');
    await jobs.fleet.advance(2_000);
    expect(conditions()).toEqual(['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded']);
    expect(job().status).toMatchObject({ failed: 2 });
    expect(tracked()).toEqual([]);
    expect(told().at(-1)).toBe('BackoffLimitExceeded');
    await jobs.fleet.advance(300_000, 10_000);
    expect(pods()).toHaveLength(2);
    expect(jobs.fleet.errors).toEqual([]);
  });

  test('past its deadline ends its pods, waits until they are gone, and has failed', async () => {
    addJob({ activeDeadlineSeconds: 20 });
    await jobs.fleet.advance(15_000);
    expect(conditions()).toEqual([]);
    await jobs.fleet.clock.advance(7_000);
    expect(conditions()).toEqual(['FailureTarget DeadlineExceeded']);
    expect(job().status).toMatchObject({ terminating: 2 });
    await jobs.fleet.advance(35_000);
    expect(conditions()).toEqual(['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
    expect(job().status).toMatchObject({ terminating: 0, failed: 2 });
    expect(job().status.completionTime).toBeUndefined();
    expect(jobs.fleet.errors).toEqual([]);
  });

  test('is suspended without failures and resumed with its clock set anew', async () => {
    addJob({ activeDeadlineSeconds: 60 });
    await jobs.fleet.advance(2_000);
    const started = job().status.startTime;
    jobs.fleet.edit(JOBS, 'default', 'j', ({ spec }) => Object.assign(spec, { suspend: true }));
    await jobs.fleet.advance(40_000);
    expect(pods()).toEqual([]);
    expect(conditions()).toEqual(['Suspended JobSuspended']);
    expect(job().status).toMatchObject({ ready: 0, terminating: 0 });
    expect([job().status.active, job().status.failed]).toEqual([undefined, undefined]);
    await jobs.fleet.advance(60_000, 10_000);
    jobs.fleet.edit(JOBS, 'default', 'j', ({ spec }) => Object.assign(spec, { suspend: false }));
    await jobs.fleet.advance(2_000);
    expect(pods('Running')).toHaveLength(2);
    expect(job().status.startTime > started).toBe(true);
    expect(job().status.conditions).toEqual([expect.objectContaining({ status: 'False', reason: 'JobResumed' })]);
    expect(told().filter((reason) => ['Suspended', 'Resumed'].includes(reason))).toEqual(['Suspended', 'Resumed']);
    expect(jobs.fleet.errors).toEqual([]);
  });

  test('made suspended starts nothing, not even its clock', async () => {
    addJob({ suspend: true });
    await jobs.fleet.advance(5_000);
    expect(pods()).toEqual([]);
    expect(job().status).toMatchObject({ uncountedTerminatedPods: {} });
    expect(job().status.startTime).toBeUndefined();
  });

  test('without a number of completions is done when one pod has succeeded and none runs', async () => {
    addJob({ completions: undefined });
    await jobs.fleet.advance(2_000);
    const [first, second] = pods();
    end(first, 'Succeeded');
    await jobs.fleet.advance(3_000);
    expect(pods()).toHaveLength(2);
    expect(conditions()).toEqual([]);
    end(second, 'Failed');
    await jobs.fleet.advance(2_000);
    expect(conditions()).toContain('Complete CompletionsReached');
    expect(job().status).toMatchObject({ succeeded: 1, failed: 1 });
  });

  test('replaces a pod that somebody deletes, and counts it as failed', async () => {
    addJob({ parallelism: 1, completions: 1 });
    await jobs.fleet.advance(2_000);
    await jobs.fleet.delete('pods', 'default', pods()[0]?.metadata.name ?? '');
    await jobs.fleet.advance(45_000);
    expect(pods('Running')).toHaveLength(1);
    expect(job().status).toMatchObject({ failed: 1, active: 1 });
    expect(tracked()).toHaveLength(1);
    expect(jobs.fleet.errors).toEqual([]);
  });

  test('with a rule for it does not count a disruption, and replaces the pod once it has ended', async () => {
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }];
    addJob({
      parallelism: 1,
      completions: 1,
      backoffLimit: 0,
      podFailurePolicy: { rules },
      podReplacementPolicy: 'Failed',
    });
    await jobs.fleet.advance(2_000);
    const name = pods()[0]?.metadata.name ?? '';
    jobs.fleet.edit('pods', 'default', name, ({ status }) => {
      status.conditions = [{ type: 'DisruptionTarget', status: 'True' }];
    });
    await jobs.fleet.delete('pods', 'default', name);
    await jobs.fleet.clock.advance(20_000);
    expect(pods().map(({ metadata }) => metadata.name)).toEqual([name]);
    await jobs.fleet.advance(50_000);
    expect(pods('Running')).toHaveLength(1);
    expect(job().status.failed).toBeUndefined();
    expect(conditions()).toEqual([]);
  });

  test('of another manager is left alone', async () => {
    addJob({ managedBy: 'example.com/queue' });
    await jobs.fleet.advance(5_000);
    expect([pods(), job().status]).toEqual([[], undefined]);
  });

  test('says what is refused, and in an ending namespace nothing', async () => {
    jobs.fleet.refuse = ({ kind }) =>
      kind === 'Pod' ? forbidden({ group: '', resource: 'pods' }, 'x', 'quota') : undefined;
    addJob({ parallelism: 3 });
    await jobs.fleet.advance(1_000);
    expect(new Set(told())).toEqual(new Set(['FailedCreate']));
    const count = told().length;
    jobs.fleet.refuse = () =>
      new StatusError('Forbidden', 'no', { causes: [{ reason: 'NamespaceTerminating', message: '' }] });
    await jobs.fleet.advance(20_000);
    expect(told()).toHaveLength(count);
    jobs.fleet.refuse = undefined;
    await jobs.fleet.advance(60_000);
    expect(pods('Running')).toHaveLength(3);
  });
});

test('a job whose own selector takes pods of nobody takes them over, tracked; one that it takes no more is let go', async () => {
  jobs.fleet.add('pods', {
    metadata: { name: 'orphan', namespace: 'default', labels: { job: 'j' } },
    spec: { nodeName: 'n1', containers: [] },
  });
  addJob({ manualSelector: true, parallelism: 1, completions: 1 });
  await jobs.fleet.advance(2_000);
  expect(tracked().map(({ metadata }) => metadata.name)).toEqual(['orphan']);
  jobs.fleet.edit('pods', 'default', 'orphan', ({ metadata }) => {
    metadata.labels = { job: 'other' };
  });
  await jobs.fleet.advance(2_000);
  expect(jobs.fleet.get('pods', 'orphan')?.metadata).toMatchObject({ finalizers: [], ownerReferences: [] });
  expect(tracked()).toHaveLength(1);
});
