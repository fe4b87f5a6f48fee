/** Makes and removes a stateful set's pods, and tells of each. Source: stateful_pod_control.go. */
import { StatusError, toError } from '../../errors.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { StatefulSet } from '../kinds/stateful-set.ts';
import { isNamespaceEnding } from '../namespace-ending.ts';
import { removeObject } from '../remove-object.ts';
import type { PodInfo } from '../views/pod-info.ts';

interface Told {
  readonly context: ControllerContext;
  readonly emit: Emit;
  readonly set: StatefulSet;
}

function tell({ emit, set }: Told, verb: 'create' | 'delete', pod: string, error: Error | undefined): void {
  const what = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`;
  const noun = verb === 'create' ? 'Create' : 'Delete';
  if (error === undefined) {
    emit(set, 'Normal', `Successful${noun}`, `${what} successful`);
  } else if (!isNamespaceEnding(error)) {
    emit(set, 'Warning', `Failed${noun}`, `${what} failed error: ${error.message}`);
  }
}

/** In one group of commits. One whose name is taken is not worth an event: the next look sees whose it is. */
export async function makePods(
  told: Told,
  pods: readonly KubeObject[],
  { lease }: ReconcileContext,
): Promise<Error | undefined> {
  const results = await told.context.registry.createAll('pods', pods, { fence: lease });
  for (const [at, result] of results.entries()) {
    const error = result instanceof Error ? result : undefined;
    if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) {
      tell(told, 'create', pods[at]?.metadata.name ?? '', error);
    }
  }
  return results.find((result) => result instanceof Error);
}

export async function removePods(
  told: Told,
  pods: readonly PodInfo[],
  { lease }: ReconcileContext,
): Promise<Error | undefined> {
  const one = async (pod: PodInfo): Promise<Error | undefined> => {
    try {
      await removeObject(told.context.registry, 'pods', pod, lease);
      tell(told, 'delete', pod.name, undefined);
      return undefined;
    } catch (thrown) {
      const error = toError(thrown);
      tell(told, 'delete', pod.name, error);
      return error;
    }
  };
  return (await Promise.all(pods.map(one))).find((error) => error !== undefined);
}
