/**
 * batch/v1 CronJob: a job at each time of a schedule. The next time is a due row, so it survives every crash; each job's
 * name is that of its time, so none is started twice. Source: controller/cronjob/cronjob_controllerv2.go.
 */
import { eachKey } from '../../queue/each-key.ts';
import type { DueRef, Trigger } from '../../registry/registry.ts';
import type { ControllerDefinition } from '../controller.ts';
import { CRON_JOBS } from '../kinds/cron-job.ts';
import { JOBS, type Job } from '../kinds/job.ts';
import { parseKey } from '../namespaced-key.ts';
import { controllerOf } from '../owner-references.ts';
import { onSpecChange } from '../workload-triggers.ts';
import { endOf } from './active-jobs.ts';
import { syncCronJob } from './sync-cron-job.ts';

const NAME = 'controller/cronjob';

/** A job of a cron job came, went, or is over. */
const jobTrigger: Trigger = {
  resource: JOBS,
  dueOn: ({ before, after }): DueRef[] => {
    const job = after ?? before;
    const owner = job === undefined ? undefined : controllerOf(job);
    const isSame = before !== undefined && after !== undefined && endOf(before as Job) === endOf(after as Job);
    const { namespace = '' } = job?.metadata ?? {};
    return owner?.kind === 'CronJob' && !isSame ? [{ shard: NAME, key: `${namespace}/${owner.name}` }] : [];
  },
};

export const cronJobController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(CRON_JOBS, NAME), jobTrigger],
  create: (context) => {
    const sync = { context, emit: context.events('cronjob-controller') };
    return {
      reconciler: eachKey({
        name: NAME,
        reconcile: async (key, run) => {
          const { namespace, name } = parseKey(key);
          const stored = await context.registry.find(CRON_JOBS, namespace, name);
          return stored === undefined ? {} : syncCronJob(sync, stored, run);
        },
      }),
    };
  },
};
