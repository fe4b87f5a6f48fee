/** Cron jobs as kubectl makes, suspends, describes and starts them by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { simulation } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

interface Job {
  metadata: { name: string; annotations: Record<string, string>; ownerReferences: { kind: string; name: string }[] };
}
/** The last minute of these was never far away, and the next never comes during a test. */
const YEARLY = '0 0 1 1 *';

const cronJobManifest = (name: string, namespace: string, spec: object, runMs = 300) => ({
  ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, namespace } },
  spec: {
    schedule: YEARLY,
    jobTemplate: {
      spec: {
        template: {
          metadata: simulation({ runMs }),
          spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.36' }] },
        },
      },
    },
    ...spec,
  },
});

describe.skipIf(missing !== undefined)(modeTitle('cron jobs'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `crons-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    const jobsOf = async (cronJob: string): Promise<Job[]> =>
      (await kubectl.json<{ items: Job[] }>('get', 'jobs', '-n', namespace)).items.filter(({ metadata }) =>
        metadata.ownerReferences.some(({ name }) => name === cronJob),
      );
    const shows = async (name: string, pattern: RegExp, limitMs?: number) => {
      await until(async () => pattern.test(await run('describe', 'cronjob', name)), undefined, limitMs);
    };
    /** As if the last start was so long ago; it makes the job due once it is not suspended any more. */
    const backdate = async (name: string, ms: number) => {
      const lastScheduleTime = new Date(Date.now() - ms).toISOString().replace(/\.\d+/, '');
      const patch = JSON.stringify({ status: { lastScheduleTime } });
      await run('patch', 'cronjob', name, '--subresource=status', '--type=merge', '-p', patch);
    };
    const resume = (name: string) => run('patch', 'cronjob', name, '-p', '{"spec":{"suspend":false}}');
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('start their jobs on time, note their end, and take them along', async () => {
      await kubectl.apply(cronJobManifest('tick', namespace, { schedule: '* * * * *', suspend: true }));
      await backdate('tick', 120_000);
      await resume('tick');
      await until(async () => (await jobsOf('tick')).length > 0);
      const [job] = await jobsOf('tick');
      expect(job?.metadata.name).toMatch(/^tick-\d{8}$/);
      expect(job?.metadata.annotations).toHaveProperty(['batch.kubernetes.io/cronjob-scheduled-timestamp']);
      await shows('tick', /Normal +SuccessfulCreate .*cronjob-controller +Created job tick-\d+/);
      await shows('tick', /Normal +SawCompletedJob .*Saw completed job: tick-\d+, condition: Complete/);
      await shows('tick', /Active Jobs: +<none>/);
      expect(await run('get', 'cronjob', 'tick')).toMatch(/^tick +\* \* \* \* \* +<none> +False +\d+ +\d+m?\d*s? /m);
      expect(await run('get', 'cj', 'tick', '-o', 'jsonpath={.status.lastSuccessfulTime}')).not.toBe('');
      await run('delete', 'cronjob', 'tick');
      await until(async () => (await jobsOf('tick')).length === 0);
    });

    it('are started by hand, with a job that belongs to them', async () => {
      await run('create', 'cronjob', 'manual', '--image=busybox', `--schedule=${YEARLY}`, '--', 'true');
      expect(await run('create', 'job', 'now', '--from=cronjob/manual')).toContain('job.batch/now created');
      const [job] = await jobsOf('manual');
      expect(job?.metadata).toMatchObject({
        name: 'now',
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
      });
      await shows('manual', /Warning +UnexpectedJob .*Saw a job that the controller did not create or forgot: now/);
      await run('delete', 'cronjob', 'manual');
      await until(async () => (await jobsOf('manual')).length === 0);
    });

    it('forbidden to overlap hold the next start back, or give way to it', async () => {
      const spec = { schedule: '*/1 * * * *', suspend: true, concurrencyPolicy: 'Forbid' };
      await kubectl.apply(cronJobManifest('alone', namespace, spec, 600_000));
      await backdate('alone', 120_000);
      await resume('alone');
      await until(async () => (await jobsOf('alone')).length === 1);
      await until(async () => (await run('get', 'cj', 'alone', '-o', 'jsonpath={.status.active[*].name}')) !== '');
      // With the next minute.
      await shows('alone', /JobAlreadyActive .*Not starting job because prior execution is running/, 90_000);
      expect(await jobsOf('alone')).toHaveLength(1);
      await run('patch', 'cronjob', 'alone', '-p', '{"spec":{"concurrencyPolicy":"Replace"}}');
      await shows('alone', /SuccessfulDelete .*Deleted job alone-\d+/);
      await run('delete', 'cronjob', 'alone');
    });

    it('in a zone of their own say when their jobs were due', async () => {
      const spec = { schedule: '* * * * *', timeZone: 'Asia/Kolkata', suspend: true };
      await kubectl.apply(cronJobManifest('zoned', namespace, spec));
      await backdate('zoned', 120_000);
      await resume('zoned');
      await until(async () => (await jobsOf('zoned')).length > 0);
      const [job] = await jobsOf('zoned');
      expect(Object.values(job?.metadata.annotations ?? {}).join()).toMatch(/T\d\d:\d\d:00\+05:30$/);
      await run('delete', 'cronjob', 'zoned');
    });
  });
});
