/** A fleet of one node with the controllers of jobs, and the job `j` as tests look at it. */
import { afterEach, beforeEach } from 'vitest';
import { garbageCollector } from '../../src/controllers/garbage-collector/controller.ts';
import { jobController } from '../../src/controllers/job/controller.ts';
import { jobTtlController } from '../../src/controllers/job-ttl/controller.ts';
import { FleetWorld, type Loose } from './fleet-world.ts';

const JOBS = 'jobs.batch';
const FINALIZER = 'batch.kubernetes.io/job-tracking';

/** One for each test of the file. */
export function useJobs() {
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
  return {
    ...{ addJob, job, conditions, pods, end, endAll, tracked, told },
    get fleet(): FleetWorld {
      return fleet;
    },
  };
}
