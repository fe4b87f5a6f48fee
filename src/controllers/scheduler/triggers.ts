/** What wakes the scheduler: a pod to schedule, or a change that may make room for those that fitted nowhere. Pure. */
import type { DueRef, Trigger } from '../../registry/registry.ts';
import { findCondition } from '../conditions.ts';
import { same } from '../equality.ts';
import type { Node } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';

export const NAME = 'controller/scheduler';
export const SCHEDULER_NAME = 'default-scheduler';
export const PENDING = 'pending';
export const UNSCHEDULABLE = 'unschedulable';
/** Changes that make room come in crowds: 10,000 pods end, 1,000 nodes join. */
const GATHER_MS = 50;

/** Both: the pass that tries the unparked pods is asked for as `pending`, and so are the passes after it. */
const MAKES_ROOM: readonly DueRef[] = [UNSCHEDULABLE, PENDING].map((key) => ({ shard: NAME, key, afterMs: GATHER_MS }));

const isBound = ({ spec }: Pod): boolean => (spec.nodeName ?? '') !== '';
const isOurs = ({ spec, metadata }: Pod): boolean =>
  !isBound({ spec } as Pod) &&
  (spec.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME &&
  (spec.schedulingGates ?? []).length === 0 &&
  metadata.deletionTimestamp === undefined;
const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

const podTrigger: Trigger = {
  resource: 'pods',
  dueOn: (change) => {
    const after = change.after as Pod | undefined;
    if (after !== undefined && !isBound(after)) {
      // Only its first appearance and the removal of gates; our own status writes must not ring.
      const before = change.before as Pod | undefined;
      const isNew = before === undefined || !isOurs(before) || !same(before.spec, after.spec);
      return isOurs(after) && isNew ? [{ shard: NAME, key: PENDING }] : [];
    }
    const before = change.before as Pod | undefined;
    const freed = before !== undefined && isBound(before) && !isOver(before) && (after === undefined || isOver(after));
    return freed ? MAKES_ROOM : [];
  },
};

const nodeTrigger: Trigger = {
  resource: 'nodes',
  dueOn: ({ before, after }) =>
    after !== undefined && (before === undefined || nodeView(before as Node) !== nodeView(after as Node))
      ? MAKES_ROOM
      : [],
};

const nodeView = ({ metadata, spec, status }: Node): string =>
  JSON.stringify([
    metadata.labels,
    spec?.taints,
    spec?.unschedulable,
    status?.allocatable,
    findCondition(status?.conditions, 'Ready')?.status,
  ]);

export const schedulerTriggers: readonly Trigger[] = [podTrigger, nodeTrigger];
