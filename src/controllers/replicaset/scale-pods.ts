/** Brings the number of a ReplicaSet's pods to what is asked, in batches that double while they succeed. */

import { StatusError } from '../../errors.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { ReplicaSet } from '../kinds/apps.ts';
import { isNamespaceEnding } from '../namespace-ending.ts';
import { controllerOf } from '../owner-references.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { deletionOrder } from './deletion-order.ts';
import { newPod } from './new-pod.ts';
import type { ReplicaSetFailure } from './status.ts';

/** Source: BurstReplicas and SlowStartInitialBatchSize of the ReplicaSet controller. */
const BURST = 500;
const FIRST_BATCH = 1;

export interface Scaled {
  readonly failure?: ReplicaSetFailure;
  /** More remains to be created or deleted. */
  readonly more: boolean;
}

export async function scalePods(
  context: ControllerContext,
  emit: Emit,
  set: ReplicaSet,
  active: readonly PodInfo[],
  run: ReconcileContext,
): Promise<Scaled> {
  const missing = (set.spec.replicas ?? 1) - active.length;
  if (missing === 0 || set.metadata.deletionTimestamp !== undefined) {
    return { more: false };
  }
  const error =
    missing > 0
      ? await createPods(context, emit, set, Math.min(missing, BURST), run)
      : await deletePods(context, emit, set, surplus(context, set, active).slice(0, Math.min(-missing, BURST)), run);
  const reason = missing > 0 ? 'FailedCreate' : 'FailedDelete';
  return {
    more: Math.abs(missing) > BURST || error !== undefined,
    ...(error === undefined ? {} : { failure: { reason, message: error.message } }),
  };
}

/** Slow start: one rejected pod (a quota, an admission) costs one write, not 500. */
async function createPods(
  { registry }: ControllerContext,
  emit: Emit,
  set: ReplicaSet,
  count: number,
  { lease, signal }: ReconcileContext,
): Promise<Error | undefined> {
  const pod = newPod(set, set.spec.template);
  for (let left = count, size = FIRST_BATCH; left > 0 && !signal.aborted; size *= 2) {
    const batch = Array.from({ length: Math.min(left, size) }, () => pod);
    const results = await registry.createAll('pods', batch, { fence: lease });
    left -= batch.length;
    for (const result of results) {
      if (!(result instanceof Error)) {
        emit(set, 'Normal', 'SuccessfulCreate', `Created pod: ${result.object.name}`);
      }
    }
    const failed = results.find((result) => result instanceof Error);
    if (failed !== undefined) {
      // In an ending namespace every create fails: not worth an event, as in Kubernetes.
      if (!isNamespaceEnding(failed)) {
        emit(set, 'Warning', 'FailedCreate', `Error creating: ${failed.message}`);
      }
      return failed;
    }
  }
  return undefined;
}

/** Candidates for deletion, first to go first. Pods of the same Deployment on one node are spread out. */
function surplus({ views, clock }: ControllerContext, set: ReplicaSet, active: readonly PodInfo[]): PodInfo[] {
  const family = controllerOf(set)?.uid;
  const counts = new Map<string, number>();
  const siblings = family === undefined ? active : familyPods(views, set, active);
  for (const { nodeName } of siblings) {
    counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
  }
  return deletionOrder(active, (nodeName) => counts.get(nodeName) ?? 0, clock.now());
}

/** Pods on the same nodes that carry the set's labels but for the template's hash. */
function familyPods(views: ControllerContext['views'], set: ReplicaSet, active: readonly PodInfo[]): PodInfo[] {
  const { 'pod-template-hash': _, ...labels } = set.spec.template.metadata?.labels ?? {};
  const wanted = Object.entries(labels);
  const nodes = new Set(active.map(({ nodeName }) => nodeName).filter((name) => name !== ''));
  return [...nodes].flatMap((name) =>
    [...views.podsOn(name)].filter(
      (pod) => pod.namespace === set.metadata.namespace && wanted.every(([key, value]) => pod.labels[key] === value),
    ),
  );
}

async function deletePods(
  { registry }: ControllerContext,
  emit: Emit,
  set: ReplicaSet,
  pods: readonly PodInfo[],
  { lease, signal }: ReconcileContext,
): Promise<Error | undefined> {
  const deleteOne = async ({ namespace, name, uid }: PodInfo): Promise<Error | undefined> => {
    if (signal.aborted) {
      return undefined;
    }
    try {
      await registry.delete('pods', namespace, name, { preconditions: { uid }, fence: lease });
      emit(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      return undefined;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (error instanceof StatusError && error.reason === 'NotFound') {
        return undefined;
      }
      emit(set, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
      return error;
    }
  };
  const results = await Promise.all(pods.map(deleteOne));
  return results.find((result) => result !== undefined);
}
