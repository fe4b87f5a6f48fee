/**
 * apps/v1 StatefulSet: numbered pods with names and claims of their own, one after another or all at once.
 * Source: controller/statefulset.
 */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerDefinition } from '../controller.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import { onLostRevision } from '../history/triggers.ts';
import type { Pod } from '../kinds/pod.ts';
import { STATEFUL_SETS, type StatefulSet } from '../kinds/stateful-set.ts';
import { orphansNamespace, parseKey } from '../namespaced-key.ts';
import { adoptOrphans } from '../pod-ownership.ts';
import { onChildChange, onSpecChange } from '../workload-triggers.ts';
import { isMember, syncStatefulSet } from './sync-stateful-set.ts';

const NAME = 'controller/statefulset';

/** All of a pod that a set's decisions and figures depend on. */
const podLook = ({ status }: Pod): string => `${status?.phase} ${findCondition(status?.conditions, 'Ready')?.status}`;

export const statefulSetController: ControllerDefinition = {
  name: NAME,
  triggers: [
    onSpecChange(STATEFUL_SETS, NAME),
    onChildChange('pods', 'StatefulSet', NAME, (before, after) => podLook(before as Pod) !== podLook(after as Pod)),
    onLostRevision('StatefulSet', NAME),
  ],
  create: (context) => {
    const emit = context.events('statefulset-controller');
    const reconcile = async (key: string, run: ReconcileContext): Promise<ReconcileResult> => {
      const orphansOf = orphansNamespace(key);
      if (orphansOf !== undefined) {
        return adoptOrphans(context, STATEFUL_SETS, orphansOf, run, isMember);
      }
      const { namespace, name } = parseKey(key);
      const stored = await context.registry.find(STATEFUL_SETS, namespace, name);
      return stored === undefined ? {} : syncStatefulSet(context, emit, decodeObject<StatefulSet>(stored), run);
    };
    return { reconciler: freshEachKey(context, { name: NAME, reconcile }) };
  },
};
