import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { forbidden, StatusError } from '../../errors.ts';
import { garbageCollector } from '../garbage-collector/controller.ts';
import { jobTtlController } from '../job-ttl/controller.ts';
import { jobController } from './controller.ts';
import { INDEX } from './job-pod.ts';

const JOBS = 'jobs.batch';
const FINALIZER = 'batch.kubernetes.io/job-tracking';
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([jobController, jobTtlController, garbageCollector]);
  fleet.add('nodes', { metadata: { name: 'n1' } });
  await fleet.start();
});
afterEach(() => fleet.stop());

const addJob = (spec: object = {}) =>
  fleet.add(JOBS, {
    ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', namespace: 'default' } },
    spec: {
      ...{ parallelism: 2, completions: 3, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false },
      selector: { matchLabels: { job: 'j' } },
      template: {
        metadata: { labels: { job: 'j' } },
        spec: { nodeName: 'n1', restartPolicy: 'Never', containers: [{ name: 'c', image: 'i', env: [] }] },
      },
      ...spec,
    },
  });
const job = () => fleet.get(JOBS, 'j') as Loose;
const conditions = () =>
  ((job().status?.conditions ?? []) as { type: string; status: string; reason: string }[])
    .filter(({ status }) => status === 'True')
    .map(({ type, reason }) => `${type} ${reason}`);
const pods = (phase?: string) =>
  fleet.all('pods').filter(({ status }) => phase === undefined || (status?.phase ?? 'Pending') === phase);
const end = (pod: Loose | undefined, phase: 'Succeeded' | 'Failed') =>
  fleet.setPhase('default', pod?.metadata.name ?? '', phase);
const endAll = (phase: 'Succeeded' | 'Failed') => {
  for (const pod of pods('Running')) {
    end(pod, phase);
  }
};
const tracked = () => pods().filter(({ metadata }) => metadata.finalizers?.includes(FINALIZER));
const told = () => fleet.events.filter(({ component }) => component === 'job-controller').map(({ reason }) => reason);

describe('a job', () => {
  test('runs its pods two at a time until three have succeeded, and says so', async () => {
    addJob();
    await fleet.advance(2_000);
    expect(pods('Running')).toHaveLength(2);
    expect(job().status).toMatchObject({ active: 2, ready: 2, terminating: 0, startTime: expect.any(String) });
    expect(tracked()).toHaveLength(2);
    endAll('Succeeded');
    await fleet.advance(2_000);
    expect(job().status).toMatchObject({ active: 1, succeeded: 2, uncountedTerminatedPods: {} });
    endAll('Succeeded');
    await fleet.advance(2_000);
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
    expect(fleet.errors).toEqual([]);
  });

  test('tries again after its back-off, and gives up after so many failures', async () => {
    addJob({ parallelism: 1, completions: 1, backoffLimit: 1 });
    await fleet.advance(2_000);
    endAll('Failed');
    await fleet.advance(8_000);
    expect(pods('Running')).toHaveLength(0);
    expect(job().status).toMatchObject({ failed: 1 });
    await fleet.advance(4_000);
    expect(pods('Running')).toHaveLength(1);
    endAll('Failed');
    await fleet.advance(2_000);
    expect(conditions()).toEqual(['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded']);
    expect(job().status).toMatchObject({ failed: 2 });
    expect(tracked()).toEqual([]);
    expect(told().at(-1)).toBe('BackoffLimitExceeded');
    await fleet.advance(300_000, 10_000);
    expect(pods()).toHaveLength(2);
    expect(fleet.errors).toEqual([]);
  });

  test('past its deadline ends its pods, waits until they are gone, and has failed', async () => {
    addJob({ activeDeadlineSeconds: 20 });
    await fleet.advance(15_000);
    expect(conditions()).toEqual([]);
    await fleet.clock.advance(7_000);
    expect(conditions()).toEqual(['FailureTarget DeadlineExceeded']);
    expect(job().status).toMatchObject({ terminating: 2 });
    await fleet.advance(35_000);
    expect(conditions()).toEqual(['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
    expect(job().status).toMatchObject({ terminating: 0, failed: 2 });
    expect(job().status.completionTime).toBeUndefined();
    expect(fleet.errors).toEqual([]);
  });

  test('is suspended without failures and resumed with its clock set anew', async () => {
    addJob({ activeDeadlineSeconds: 60 });
    await fleet.advance(2_000);
    const started = job().status.startTime;
    fleet.edit(JOBS, 'default', 'j', ({ spec }) => Object.assign(spec, { suspend: true }));
    await fleet.advance(40_000);
    expect(pods()).toEqual([]);
    expect(conditions()).toEqual(['Suspended JobSuspended']);
    expect(job().status).toMatchObject({ ready: 0, terminating: 0 });
    expect([job().status.active, job().status.failed]).toEqual([undefined, undefined]);
    await fleet.advance(60_000, 10_000);
    fleet.edit(JOBS, 'default', 'j', ({ spec }) => Object.assign(spec, { suspend: false }));
    await fleet.advance(2_000);
    expect(pods('Running')).toHaveLength(2);
    expect(job().status.startTime > started).toBe(true);
    expect(job().status.conditions).toEqual([expect.objectContaining({ status: 'False', reason: 'JobResumed' })]);
    expect(told().filter((reason) => ['Suspended', 'Resumed'].includes(reason))).toEqual(['Suspended', 'Resumed']);
    expect(fleet.errors).toEqual([]);
  });

  test('made suspended starts nothing, not even its clock', async () => {
    addJob({ suspend: true });
    await fleet.advance(5_000);
    expect(pods()).toEqual([]);
    expect(job().status).toMatchObject({ uncountedTerminatedPods: {} });
    expect(job().status.startTime).toBeUndefined();
  });

  test('without a number of completions is done when one pod has succeeded and none runs', async () => {
    addJob({ completions: undefined });
    await fleet.advance(2_000);
    const [first, second] = pods();
    end(first, 'Succeeded');
    await fleet.advance(3_000);
    expect(pods()).toHaveLength(2);
    expect(conditions()).toEqual([]);
    end(second, 'Failed');
    await fleet.advance(2_000);
    expect(conditions()).toContain('Complete CompletionsReached');
    expect(job().status).toMatchObject({ succeeded: 1, failed: 1 });
  });

  test('replaces a pod that somebody deletes, and counts it as failed', async () => {
    addJob({ parallelism: 1, completions: 1 });
    await fleet.advance(2_000);
    await fleet.delete('pods', 'default', pods()[0]?.metadata.name ?? '');
    await fleet.advance(45_000);
    expect(pods('Running')).toHaveLength(1);
    expect(job().status).toMatchObject({ failed: 1, active: 1 });
    expect(tracked()).toHaveLength(1);
    expect(fleet.errors).toEqual([]);
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
    await fleet.advance(2_000);
    const name = pods()[0]?.metadata.name ?? '';
    fleet.edit('pods', 'default', name, ({ status }) => {
      status.conditions = [{ type: 'DisruptionTarget', status: 'True' }];
    });
    await fleet.delete('pods', 'default', name);
    await fleet.clock.advance(20_000);
    expect(pods().map(({ metadata }) => metadata.name)).toEqual([name]);
    await fleet.advance(50_000);
    expect(pods('Running')).toHaveLength(1);
    expect(job().status.failed).toBeUndefined();
    expect(conditions()).toEqual([]);
  });

  test('of another manager is left alone', async () => {
    addJob({ managedBy: 'example.com/queue' });
    await fleet.advance(5_000);
    expect([pods(), job().status]).toEqual([[], undefined]);
  });

  test('says what is refused, and in an ending namespace nothing', async () => {
    fleet.refuse = ({ kind }) =>
      kind === 'Pod' ? forbidden({ group: '', resource: 'pods' }, 'x', 'quota') : undefined;
    addJob({ parallelism: 3 });
    await fleet.advance(1_000);
    expect(new Set(told())).toEqual(new Set(['FailedCreate']));
    const count = told().length;
    fleet.refuse = () =>
      new StatusError('Forbidden', 'no', { causes: [{ reason: 'NamespaceTerminating', message: '' }] });
    await fleet.advance(20_000);
    expect(told()).toHaveLength(count);
    fleet.refuse = undefined;
    await fleet.advance(60_000);
    expect(pods('Running')).toHaveLength(3);
  });
});

describe('an indexed job', () => {
  test('gives each pod its index, and is done when each has succeeded once', async () => {
    addJob({ completionMode: 'Indexed', parallelism: 3, completions: 4 });
    await fleet.advance(2_000);
    const byIndex = () => new Map(pods('Running').map((pod) => [pod.metadata.labels?.[INDEX], pod]));
    expect([...byIndex().keys()].sort()).toEqual(['0', '1', '2']);
    const second = byIndex().get('1');
    expect(second?.metadata).toMatchObject({
      name: expect.stringMatching(/^j-1-/),
      annotations: { [INDEX]: '1' },
      labels: { job: 'j', [INDEX]: '1' },
    });
    expect(second?.spec).toMatchObject({
      hostname: 'j-1',
      containers: [
        {
          env: [
            {
              name: 'JOB_COMPLETION_INDEX',
              valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } },
            },
          ],
        },
      ],
    });
    end(byIndex().get('0'), 'Succeeded');
    end(byIndex().get('2'), 'Succeeded');
    await fleet.advance(2_000);
    expect(job().status).toMatchObject({ succeeded: 2, completedIndexes: '0,2', active: 2 });
    expect([...byIndex().keys()].sort()).toEqual(['1', '3']);
    endAll('Succeeded');
    await fleet.advance(2_000);
    expect(job().status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
    expect(conditions()).toContain('Complete CompletionsReached');
    expect(fleet.errors).toEqual([]);
  });

  test('with a limit of its own for each index fails that index alone, then the job when all are over', async () => {
    addJob({
      completionMode: 'Indexed',
      parallelism: 2,
      completions: 2,
      backoffLimit: 2_147_483_647,
      backoffLimitPerIndex: 1,
    });
    await fleet.advance(2_000);
    const of = (index: string) => pods('Running').find(({ metadata }) => metadata.labels?.[INDEX] === index);
    end(of('0'), 'Failed');
    await fleet.advance(5_000);
    expect(job().status).toMatchObject({ active: 1, failedIndexes: '' });
    expect(tracked()).toHaveLength(2);
    await fleet.advance(7_000);
    expect(of('0')?.metadata.annotations).toMatchObject({ 'batch.kubernetes.io/job-index-failure-count': '1' });
    expect(tracked()).toHaveLength(2);
    end(of('0'), 'Failed');
    await fleet.advance(2_000);
    expect(job().status).toMatchObject({ failed: 2, failedIndexes: '0' });
    end(of('1'), 'Succeeded');
    await fleet.advance(2_000);
    expect(conditions()).toEqual(['FailureTarget FailedIndexes', 'Failed FailedIndexes']);
    expect(job().status).toMatchObject({ completedIndexes: '1', failedIndexes: '0', succeeded: 1, failed: 2 });
    expect(tracked()).toEqual([]);
    expect(fleet.errors).toEqual([]);
  });

  test('that meets its policy of success ends what still runs, and is complete', async () => {
    const successPolicy = { rules: [{ succeededIndexes: '0' }] };
    addJob({ completionMode: 'Indexed', parallelism: 3, completions: 3, successPolicy });
    await fleet.advance(2_000);
    end(
      pods().find(({ metadata }) => metadata.labels?.[INDEX] === '0'),
      'Succeeded',
    );
    await fleet.advance(2_000);
    expect(conditions()).toEqual(['SuccessCriteriaMet SuccessPolicy']);
    await fleet.advance(40_000);
    expect(conditions()).toEqual(['SuccessCriteriaMet SuccessPolicy', 'Complete SuccessPolicy']);
    expect(job().status).toMatchObject({ succeeded: 1, completedIndexes: '0' });
    expect(job().status.failed).toBeUndefined();
    expect(fleet.errors).toEqual([]);
  });
});

describe('when the job goes', () => {
  test.each(['Background', 'Foreground'] as const)(
    'by %s, its pods go, finalizers and all',
    async (propagationPolicy) => {
      addJob();
      await fleet.advance(2_000);
      await fleet.registry.delete(JOBS, 'default', 'j', { propagationPolicy });
      await fleet.advance(60_000);
      expect([fleet.all(JOBS), pods()]).toEqual([[], []]);
      expect(fleet.errors).toEqual([]);
    },
  );

  test('without its pods, they are set free', async () => {
    addJob();
    await fleet.advance(2_000);
    await fleet.registry.delete(JOBS, 'default', 'j', { propagationPolicy: 'Orphan' });
    await fleet.advance(20_000);
    expect(pods('Running')).toHaveLength(2);
    expect([tracked(), pods().flatMap(({ metadata }) => metadata.ownerReferences ?? [])]).toEqual([[], []]);
  });

  test('it goes by itself so long after its end, and not before', async () => {
    addJob({ parallelism: 1, completions: 1, ttlSecondsAfterFinished: 100 });
    await fleet.advance(2_000);
    endAll('Succeeded');
    await fleet.advance(95_000, 5_000);
    expect(conditions()).toContain('Complete CompletionsReached');
    await fleet.advance(20_000, 5_000);
    expect([fleet.all(JOBS), pods()]).toEqual([[], []]);
  });

  test('a time to live that is given late counts from the end', async () => {
    addJob({ parallelism: 1, completions: 1 });
    await fleet.advance(2_000);
    endAll('Failed');
    fleet.edit(JOBS, 'default', 'j', ({ spec }) => Object.assign(spec, { backoffLimit: 0 }));
    await fleet.advance(50_000, 5_000);
    expect(conditions()).toContain('Failed BackoffLimitExceeded');
    fleet.edit(JOBS, 'default', 'j', ({ spec }) => Object.assign(spec, { ttlSecondsAfterFinished: 10 }));
    await fleet.advance(2_000);
    expect(fleet.all(JOBS)).toEqual([]);
  });
});

test('a job whose own selector takes pods of nobody takes them over, tracked; one that it takes no more is let go', async () => {
  fleet.add('pods', {
    metadata: { name: 'orphan', namespace: 'default', labels: { job: 'j' } },
    spec: { nodeName: 'n1', containers: [] },
  });
  addJob({ manualSelector: true, parallelism: 1, completions: 1 });
  await fleet.advance(2_000);
  expect(tracked().map(({ metadata }) => metadata.name)).toEqual(['orphan']);
  fleet.edit('pods', 'default', 'orphan', ({ metadata }) => {
    metadata.labels = { job: 'other' };
  });
  await fleet.advance(2_000);
  expect(fleet.get('pods', 'orphan')?.metadata).toMatchObject({ finalizers: [], ownerReferences: [] });
  expect(tracked()).toHaveLength(1);
});
