/** apps/v1 ReplicaSet: as many pods as asked, its own and adopted ones. Source: controller/replicaset/replica_set.go. */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import { isEmptySelector, selects } from '../../values/label-selector.ts';
import { adopt, release } from '../adopt.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import type { ReplicaSet } from '../kinds/apps.ts';
import type { Pod } from '../kinds/pod.ts';
import { orphansNamespace, parseKey } from '../namespaced-key.ts';
import { isActive, type PodInfo } from '../views/pod-info.ts';
import { onChildChange, onSpecChange } from '../workload-triggers.ts';
import { scalePods } from './scale-pods.ts';
import { availableIn, replicaSetStatus, sameStatus } from './status.ts';

const NAME = 'controller/replicaset';
const SETS = 'replicasets.apps';

export const replicaSetController: ControllerDefinition = {
  name: NAME,
  triggers: [
    onSpecChange(SETS, NAME),
    onChildChange('pods', 'ReplicaSet', NAME, (before, after) => podCounts(before as Pod) !== podCounts(after as Pod)),
  ],
  create: (context) => {
    const emit = context.events('replicaset-controller');
    const reconcile = async (key: string, run: ReconcileContext): Promise<ReconcileResult> => {
      const namespace = orphansNamespace(key);
      if (namespace !== undefined) {
        return adoptOrphans(context, namespace, run);
      }
      const { namespace: of, name } = parseKey(key);
      const stored = await context.registry.find(SETS, of, name);
      return stored === undefined ? {} : reconcileSet(context, emit, decodeObject<ReplicaSet>(stored), run);
    };
    return { reconciler: freshEachKey(context, { name: NAME, reconcile }) };
  },
};

/** All of a pod that a ReplicaSet's decisions and status depend on. */
const podCounts = ({ status }: Pod): string => `${status?.phase} ${findCondition(status?.conditions, 'Ready')?.status}`;

async function reconcileSet(
  context: ControllerContext,
  emit: Emit,
  set: ReplicaSet,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { registry, views, clock } = context;
  const { namespace, name, uid } = set.metadata;
  const released = await settleOwnership(context, set, run);
  const active = [...views.podsOf(uid)].filter((pod) => isActive(pod) && !released.has(pod.uid));
  const { failure, more } = await scalePods(context, emit, set, active, run);
  const status = replicaSetStatus(set, active, failure, clock.now());
  if (!sameStatus(set.status, status)) {
    const write = (object: ReplicaSet): boolean => {
      object.status = status;
      return true;
    };
    await registry.modify(SETS, namespace, name, write, { subresource: 'status', uid, fence: run.lease });
  }
  if (failure !== undefined) {
    throw new Error(`${failure.reason}: ${failure.message}`);
  }
  const waits = active.flatMap((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, clock.now()) || []);
  const next = more ? 0 : Math.min(...waits);
  return Number.isFinite(next) ? { requeueAfterMs: next } : {};
}

/** Adopts what it selects, releases what it no longer does; answers the UIDs that it let go. */
async function settleOwnership(
  context: ControllerContext,
  set: ReplicaSet,
  { lease }: ReconcileContext,
): Promise<ReadonlySet<string>> {
  const { registry, views } = context;
  const { selector } = set.spec;
  if (isEmptySelector(selector) || set.metadata.deletionTimestamp !== undefined) {
    return new Set();
  }
  const lost = [...views.podsOf(set.metadata.uid)].filter(({ labels }) => !selects(selector, labels));
  await Promise.all(lost.map((pod) => release(registry, 'pods', pod, set.metadata.uid, lease)));
  const found = [...views.unownedPods(set.metadata.namespace)].filter(
    (pod) => isActive(pod) && selects(selector, pod.labels),
  );
  await Promise.all(found.map((pod) => adopt(registry, 'pods', pod, set, lease)));
  if (found.length > 0) {
    await views.fresh(AbortSignal.timeout(ADOPTION_LIMIT_MS));
  }
  return new Set(lost.map(({ uid }) => uid));
}

const ADOPTION_LIMIT_MS = 10_000;

/** An adopted pod makes its set due by itself, so only the adoption is done here. */
async function adoptOrphans(
  context: ControllerContext,
  namespace: string,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const orphans: PodInfo[] = [...context.views.unownedPods(namespace)].filter(isActive);
  if (orphans.length > 0) {
    const sets = await context.registry.list(SETS, { namespace });
    for (const stored of sets.items) {
      await settleOwnership(context, decodeObject<ReplicaSet>(stored), run);
    }
  }
  return {};
}
