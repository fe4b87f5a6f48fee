/** Jobs as kubectl starts, waits for, describes and deletes them, on simulated pods that end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { simulation } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

interface Pod {
  metadata: { name: string; labels: Record<string, string>; finalizers?: string[] };
  spec: { containers: { env: { name: string }[] }[] };
  status: { phase: string };
}
const INDEX = 'batch.kubernetes.io/job-completion-index';

const jobManifest = (name: string, namespace: string, settings: object, spec: object = {}) => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace } },
  spec: {
    template: {
      metadata: simulation(settings),
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.36' }] },
    },
    ...spec,
  },
});

describe.skipIf(missing !== undefined)(modeTitle('jobs'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `jobs-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    const describeJob = (name: string) => run('describe', 'job', name);
    const podsOf = async (name: string): Promise<Pod[]> =>
      (await kubectl.json<{ items: Pod[] }>('get', 'pods', '-l', `job-name=${name}`, '-n', namespace)).items;
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('run to completion, each pod counted once, and take their pods along', async () => {
      await kubectl.apply(jobManifest('work', namespace, { runMs: 300 }, { completions: 5, parallelism: 2 }));
      await run('wait', '--for=condition=complete', 'job/work', '--timeout=60s');
      expect(await run('get', 'job', 'work')).toMatch(/^work +Complete +5\/5 /m);
      // Events follow within a second; they are written in batches.
      const hasEvent = async () => /Normal +Completed .*job-controller +Job completed/.test(await describeJob('work'));
      await until(hasEvent);
      const described = await describeJob('work');
      expect(described).toMatch(/Pods Statuses: +0 Active.* \/ 5 Succeeded \/ 0 Failed/);
      expect(described).toMatch(/Normal +SuccessfulCreate .*job-controller +Created pod: work-/);
      const pods = await podsOf('work');
      expect(pods.map(({ status }) => status.phase)).toEqual(Array(5).fill('Succeeded'));
      expect(pods.flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
      expect(await run('logs', 'job/work')).not.toBe('');
      await run('delete', 'job', 'work');
      await until(async () => (await podsOf('work')).length === 0);
    });

    it('with indexes run one pod for each', async () => {
      const spec = { completions: 3, parallelism: 3, completionMode: 'Indexed' };
      await kubectl.apply(jobManifest('indexed', namespace, { runMs: 200 }, spec));
      await run('wait', '--for=condition=complete', 'job/indexed', '--timeout=60s');
      const pods = await podsOf('indexed');
      expect(pods.map(({ metadata }) => metadata.labels[INDEX]).sort()).toEqual(['0', '1', '2']);
      expect(pods[0]?.spec.containers[0]?.env.map(({ name }) => name)).toEqual(['JOB_COMPLETION_INDEX']);
      expect(await run('describe', 'job', 'indexed')).toMatch(/Completed Indexes: +0-2/);
    });

    it('that always fail, fail', async () => {
      await kubectl.apply(jobManifest('bad', namespace, { runMs: 100, exitCode: 3 }, { backoffLimit: 0 }));
      await run('wait', '--for=condition=failed', 'job/bad', '--timeout=60s');
      const event = /Warning +BackoffLimitExceeded .*specified backoff limit/;
      await until(async () => event.test(await describeJob('bad')));
      expect(await run('get', 'job', 'bad', '-o', 'jsonpath={.status.failed}')).toBe('1');
    });

    it('are suspended, resumed, and go by themselves when their time is over', async () => {
      await kubectl.apply(
        jobManifest('slow', namespace, { runMs: 4_000 }, { suspend: true, ttlSecondsAfterFinished: 1 }),
      );
      await run('wait', '--for=condition=suspended', 'job/slow', '--timeout=30s');
      expect(await podsOf('slow')).toEqual([]);
      await run('patch', 'job', 'slow', '-p', '{"spec":{"suspend":false}}');
      await run('wait', '--for=jsonpath={.status.active}=1', 'job/slow', '--timeout=30s');
      await run('wait', '--for=delete', 'job/slow', '--timeout=60s');
      expect(await podsOf('slow')).toEqual([]);
    });

    it('made by a generator run; one whose pod somebody deletes goes on', async () => {
      await run('create', 'job', 'plain', '--image=busybox', '--', 'sleep', '1000');
      await until(async () => (await podsOf('plain'))[0]?.status.phase === 'Running');
      const [first] = await podsOf('plain');
      await run('delete', 'pod', first?.metadata.name ?? '', '--grace-period=1');
      await until(async () => {
        const pods = await podsOf('plain');
        return pods.length === 1 && pods[0]?.metadata.name !== first?.metadata.name;
      });
      expect(await run('get', 'job', 'plain', '-o', 'jsonpath={.status.failed}')).toBe('1');
      await run('delete', 'job', 'plain', '--cascade=foreground');
      expect(await podsOf('plain')).toEqual([]);
    });
  });
});
