/** Creates and deletes pods of a workload, and tells of each. Source: controller/controller_utils.go, RealPodControl. */
import { StatusError, toError } from '../errors.ts';
import type { ReconcileContext } from '../queue/reconciler.ts';
import type { KubeObject } from '../values/object.ts';
import type { ControllerContext } from './controller.ts';
import type { Emit } from './events.ts';
import { isNamespaceEnding } from './namespace-ending.ts';

export interface PodWrites {
  /** How many were made or deleted. */
  readonly done: number;
  /** The first of what went wrong. */
  readonly error?: Error;
}
interface PodName {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

const FIRST_BATCH = 1;

/** In batches that double while they succeed: one rejected pod (a quota, an admission) costs one write, not 500. */
export async function createPods(
  { registry }: ControllerContext,
  emit: Emit,
  owner: KubeObject,
  pods: readonly KubeObject[],
  { lease, signal }: ReconcileContext,
): Promise<PodWrites> {
  let done = 0;
  for (let from = 0, size = FIRST_BATCH; from < pods.length && !signal.aborted; size *= 2) {
    const batch = pods.slice(from, from + size);
    from += batch.length;
    const results = await registry.createAll('pods', batch, { fence: lease });
    for (const result of results) {
      if (!(result instanceof Error)) {
        done += 1;
        emit(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${result.object.name}`);
      }
    }
    const failed = results.find((result) => result instanceof Error);
    if (failed !== undefined) {
      // In an ending namespace every create fails: not worth an event, as in Kubernetes.
      if (!isNamespaceEnding(failed)) {
        emit(owner, 'Warning', 'FailedCreate', `Error creating: ${failed.message}`);
      }
      return { done, error: failed };
    }
  }
  return { done };
}

/** One that is gone already is as good as deleted. */
export async function deletePods(
  { registry }: ControllerContext,
  emit: Emit,
  owner: KubeObject,
  pods: readonly PodName[],
  { lease, signal }: ReconcileContext,
): Promise<PodWrites> {
  const deleteOne = async ({ namespace, name, uid }: PodName): Promise<Error | undefined> => {
    if (signal.aborted) {
      return new Error('stopped before all pods were deleted');
    }
    try {
      await registry.delete('pods', namespace, name, { preconditions: { uid }, fence: lease });
      emit(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      return undefined;
    } catch (thrown) {
      const error = toError(thrown);
      if (error instanceof StatusError && error.reason === 'NotFound') {
        return undefined;
      }
      emit(owner, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
      return error;
    }
  };
  const results = await Promise.all(pods.map(deleteOne));
  const error = results.find((result) => result !== undefined);
  const done = results.filter((result) => result === undefined).length;
  return error === undefined ? { done } : { done, error };
}
