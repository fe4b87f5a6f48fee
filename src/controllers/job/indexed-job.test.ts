import { describe, expect, test } from 'vitest';
import { useJobs } from '../../../test/support/job-fixture.ts';
import { INDEX } from './job-pod.ts';

const jobs = useJobs();
const { addJob, job, conditions, pods, end, endAll, tracked } = jobs;

describe('an indexed job', () => {
  test('gives each pod its index, and is done when each has succeeded once', async () => {
    addJob({ completionMode: 'Indexed', parallelism: 3, completions: 4 });
    await jobs.fleet.advance(2_000);
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
    await jobs.fleet.advance(2_000);
    expect(job().status).toMatchObject({ succeeded: 2, completedIndexes: '0,2', active: 2 });
    expect([...byIndex().keys()].sort()).toEqual(['1', '3']);
    endAll('Succeeded');
    await jobs.fleet.advance(2_000);
    expect(job().status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
    expect(conditions()).toContain('Complete CompletionsReached');
    expect(jobs.fleet.errors).toEqual([]);
  });

  test('with a limit of its own for each index fails that index alone, then the job when all are over', async () => {
    addJob({
      completionMode: 'Indexed',
      parallelism: 2,
      completions: 2,
      backoffLimit: 2_147_483_647,
      backoffLimitPerIndex: 1,
    });
    await jobs.fleet.advance(2_000);
    const of = (index: string) => pods('Running').find(({ metadata }) => metadata.labels?.[INDEX] === index);
    end(of('0'), 'Failed');
    await jobs.fleet.advance(5_000);
    expect(job().status).toMatchObject({ active: 1, failedIndexes: '' });
    expect(tracked()).toHaveLength(2);
    await jobs.fleet.advance(7_000);
    expect(of('0')?.metadata.annotations).toMatchObject({ 'batch.kubernetes.io/job-index-failure-count': '1' });
    expect(tracked()).toHaveLength(2);
    end(of('0'), 'Failed');
    await jobs.fleet.advance(2_000);
    expect(job().status).toMatchObject({ failed: 2, failedIndexes: '0' });
    end(of('1'), 'Succeeded');
    await jobs.fleet.advance(2_000);
    expect(conditions()).toEqual(['FailureTarget FailedIndexes', 'Failed FailedIndexes']);
    expect(job().status).toMatchObject({ completedIndexes: '1', failedIndexes: '0', succeeded: 1, failed: 2 });
    expect(tracked()).toEqual([]);
    expect(jobs.fleet.errors).toEqual([]);
  });

  test('that meets its policy of success ends what still runs, and is complete', async () => {
    const successPolicy = { rules: [{ succeededIndexes: '0' }] };
    addJob({ completionMode: 'Indexed', parallelism: 3, completions: 3, successPolicy });
    await jobs.fleet.advance(2_000);
    end(
      pods().find(({ metadata }) => metadata.labels?.[INDEX] === '0'),
      'Succeeded',
    );
    await jobs.fleet.advance(2_000);
    expect(conditions()).toEqual(['SuccessCriteriaMet SuccessPolicy']);
    await jobs.fleet.advance(40_000);
    expect(conditions()).toEqual(['SuccessCriteriaMet SuccessPolicy', 'Complete SuccessPolicy']);
    expect(job().status).toMatchObject({ succeeded: 1, completedIndexes: '0' });
    expect(job().status.failed).toBeUndefined();
    expect(jobs.fleet.errors).toEqual([]);
  });
});
