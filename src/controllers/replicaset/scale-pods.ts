/** Brings the number of a ReplicaSet's pods to what is asked, in batches that double while they succeed. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { ReplicaSet } from '../kinds/apps.ts';
import { controllerOf } from '../owner-references.ts';
import { createPods, deletePods } from '../pod-writes.ts';
import { isActive, type PodInfo } from '../views/pod-info.ts';
import { deletionOrder } from './deletion-order.ts';
import { newPod } from './new-pod.ts';
import type { ReplicaSetFailure } from './status.ts';

/** Source: BurstReplicas of the ReplicaSet controller. */
const BURST = 500;

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
  const { error } =
    missing > 0
      ? await createPods(context, emit, set, newPods(set, Math.min(missing, BURST)), run)
      : await deletePods(context, emit, set, surplus(context, set, active).slice(0, Math.min(-missing, BURST)), run);
  const reason = missing > 0 ? 'FailedCreate' : 'FailedDelete';
  return {
    more: Math.abs(missing) > BURST || error !== undefined,
    ...(error === undefined ? {} : { failure: { reason, message: error.message } }),
  };
}

const newPods = (set: ReplicaSet, count: number): KubeObject[] =>
  Array.from({ length: count }, () => newPod(set, set.spec.template));

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

/** Pods at work on the same nodes that carry the set's labels but for the template's hash. */
function familyPods(views: ControllerContext['views'], set: ReplicaSet, active: readonly PodInfo[]): PodInfo[] {
  const { 'pod-template-hash': _, ...labels } = set.spec.template.metadata?.labels ?? {};
  const wanted = Object.entries(labels);
  const nodes = new Set(active.map(({ nodeName }) => nodeName).filter((name) => name !== ''));
  return [...nodes].flatMap((name) =>
    [...views.podsOn(name)].filter(
      (pod) =>
        pod.namespace === set.metadata.namespace &&
        isActive(pod) &&
        wanted.every(([key, value]) => pod.labels[key] === value),
    ),
  );
}
