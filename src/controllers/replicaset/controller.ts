/** apps/v1 ReplicaSet: as many pods as asked, its own and adopted ones. Source: controller/replicaset/replica_set.go. */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import type { ReplicaSet } from '../kinds/apps.ts';
import type { Pod } from '../kinds/pod.ts';
import { orphansNamespace, parseKey } from '../namespaced-key.ts';
import { adoptOrphans, settleOwnership } from '../pod-ownership.ts';
import { isActive } from '../views/pod-info.ts';
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
        return adoptOrphans(context, SETS, namespace, run);
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
