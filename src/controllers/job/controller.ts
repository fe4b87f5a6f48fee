/**
 * batch/v1 Job: pods until enough of them have succeeded, each counted exactly once. Source: controller/job.
 * Keys are `namespace/name/uid`: pods of a job that is gone are still to be set free.
 */
import { eachKey } from '../../queue/each-key.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import type { DueRef, Trigger } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { JOBS } from '../kinds/job.ts';
import type { Pod } from '../kinds/pod.ts';
import { controllerOf } from '../owner-references.ts';
import { specChanged } from '../workload-triggers.ts';
import { podsOfJob } from './pods-of-job.ts';
import { syncJob, untrackAll } from './sync-job.ts';

const NAME = 'controller/job';
const CONCURRENCY = 16;
/** Pods of a job end in crowds. Kubernetes waits for a second: syncJobBatchPeriod. */
const PODS_AFTER_MS = 200;

const jobTrigger: Trigger = {
  resource: JOBS,
  dueOn: (change) => {
    const { namespace = '', name = '', uid = '' } = (change.after ?? change.before)?.metadata ?? {};
    return specChanged(change) ? [{ shard: NAME, key: `${namespace}/${name}/${uid}` }] : [];
  },
};

/** All of a pod that a job counts by. */
function countsBy(object: KubeObject): unknown {
  const { metadata, status } = object as Pod;
  const { deletionTimestamp, labels, ownerReferences, finalizers } = metadata;
  const restarts = status?.containerStatuses?.map(({ restartCount }) => restartCount);
  const ready = findCondition(status?.conditions, 'Ready')?.status;
  return { deletionTimestamp, labels, ownerReferences, finalizers, restarts, ready, phase: status?.phase };
}

/** Not on creation: the controller itself makes them, and has counted them by then. */
const podTrigger: Trigger = {
  resource: 'pods',
  dueOn: ({ before, after }): DueRef[] => {
    const owners = [before, after].map((pod) => (pod === undefined ? undefined : controllerOf(pod)));
    const jobs = owners.filter((owner) => owner?.kind === 'Job' && owner.apiVersion === 'batch/v1');
    if (jobs.length === 0 || before === undefined) {
      return [];
    }
    if (after !== undefined && same(countsBy(before), countsBy(after))) {
      return [];
    }
    const namespace = before.metadata.namespace ?? '';
    const keys = new Set(jobs.map((owner) => `${namespace}/${owner?.name}/${owner?.uid}`));
    return [...keys].map((key) => ({ shard: NAME, key, afterMs: PODS_AFTER_MS }));
  },
};

export const jobController: ControllerDefinition = {
  name: NAME,
  triggers: [jobTrigger, podTrigger],
  create: (context) => {
    const emit = context.events('job-controller');
    const reconcile = (key: string, run: ReconcileContext): Promise<ReconcileResult> =>
      syncKey(context, emit, key, run);
    return { reconciler: eachKey({ name: NAME, reconcile }, CONCURRENCY) };
  },
};

async function syncKey(
  context: ControllerContext,
  emit: Emit,
  key: string,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const [namespace = '', name = '', uid = ''] = key.split('/');
  const stored = await context.registry.find(JOBS, namespace, name);
  if (stored?.uid === uid) {
    return syncJob(context, emit, stored, run);
  }
  return untrackAll(context, await podsOfJob(context.registry, namespace, uid), run);
}
