/**
 * apps/v1 DaemonSet: a pod on every node that it is for, bound by the scheduler. Source: controller/daemon.
 * Keys are `namespace/name` of a set, and `nodes//`: nodes changed, every set has to look at them.
 */
import type { DueRef, Trigger } from '../../registry/registry.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerDefinition } from '../controller.ts';
import { same } from '../equality.ts';
import { onLostRevision } from '../history/triggers.ts';
import { DAEMON_SETS } from '../kinds/daemon-set.ts';
import type { Node } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';
import { LookPace } from '../look-pace.ts';
import { onChildChange, onSpecChange } from '../workload-triggers.ts';
import { FailureBackoff } from './failure-backoff.ts';
import { NODES_KEY, reconcileDaemonSets } from './reconcile-batch.ts';

const NAME = 'controller/daemonset';
/** Nodes come and are tainted in crowds, pods of a set become ready in crowds. */
const NODES_AFTER_MS = 200;
const PODS_AFTER_MS = 50;

/** All of a node that a set judges it by. */
const nodeTrigger: Trigger = {
  resource: 'nodes',
  dueOn: ({ before, after }): DueRef[] => {
    const look = (object: Node | undefined): unknown => [object?.metadata.labels ?? {}, object?.spec?.taints ?? []];
    const isSame = before !== undefined && after !== undefined && same(look(before as Node), look(after as Node));
    return isSame ? [] : [{ shard: NAME, key: NODES_KEY, afterMs: NODES_AFTER_MS }];
  },
};

/** All of a pod that a set's decisions and figures depend on. */
const podLook = ({ spec, status }: Pod): string =>
  `${spec.nodeName} ${status?.phase} ${findCondition(status?.conditions, 'Ready')?.status}`;

export const daemonSetController: ControllerDefinition = {
  name: NAME,
  triggers: [
    onSpecChange(DAEMON_SETS, NAME),
    onChildChange(
      'pods',
      'DaemonSet',
      NAME,
      (before, after) => podLook(before as Pod) !== podLook(after as Pod),
      PODS_AFTER_MS,
    ),
    onLostRevision('DaemonSet', NAME),
    nodeTrigger,
  ],
  create: (context) => {
    const failures = new FailureBackoff(context.clock);
    const pace = new LookPace(context.clock);
    const sync = { context, emit: context.events('daemonset-controller'), failures, pace };
    return { reconciler: { name: NAME, reconcileBatch: (keys, run) => reconcileDaemonSets(sync, keys, run) } };
  },
};
