/**
 * What wakes the scheduler: a pod to schedule, or a change that may help those that fitted nowhere. Whom it helps, the
 * queue decides; here only what helps nobody is left out. Pure.
 */
import type { DueRef, Trigger } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { DEFAULT_SCHEDULER } from '../../values/scheduler-profile.ts';
import { same } from '../equality.ts';
import type { Node } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';
import { ATTACHMENTS, CLAIMS, CLASSES, CSI_NODES, VOLUMES } from '../kinds/volume.ts';

export const NAME = 'controller/scheduler';
export const PENDING = 'pending';
/** Changes that make room come in crowds: 10,000 pods end, 1,000 nodes join. */
const GATHER_MS = 50;
/** Pods that others bind come in crowds too, and help only those that want to be near them. */
const PLACED_MS = 1_000;

const NOW: readonly DueRef[] = [{ shard: NAME, key: PENDING }];
const MAKES_ROOM: readonly DueRef[] = [{ shard: NAME, key: PENDING, afterMs: GATHER_MS }];
const PLACED: readonly DueRef[] = [{ shard: NAME, key: PENDING, afterMs: PLACED_MS }];

const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
const isOn = (pod: Pod | undefined): pod is Pod =>
  pod !== undefined && (pod.spec.nodeName ?? '') !== '' && !isOver(pod);
const isWaiting = (pod: Pod | undefined): boolean =>
  pod !== undefined &&
  (pod.spec.nodeName ?? '') === '' &&
  (pod.spec.schedulingGates ?? []).length === 0 &&
  pod.metadata.deletionTimestamp === undefined;
/** Bound by somebody else: what the scheduler binds itself it sees in its pass. */
const isForeign = ({ spec }: Pod): boolean => (spec.schedulerName ?? DEFAULT_SCHEDULER) !== DEFAULT_SCHEDULER;

/** All that may change of a pod that matters to others. */
const weight = ({ metadata, spec }: Pod): unknown => [
  metadata.labels,
  metadata.deletionTimestamp === undefined,
  spec.containers.map(({ resources }) => resources?.requests),
];

const podTrigger: Trigger = {
  resource: 'pods',
  dueOn: (change) => {
    const [before, after] = [change.before as Pod | undefined, change.after as Pod | undefined];
    if (isWaiting(after)) {
      // Only its first appearance, the removal of gates and new labels; our own status writes must not ring.
      const isNew =
        !isWaiting(before) ||
        !same(before?.spec, after?.spec) ||
        !same(before?.metadata.labels, after?.metadata.labels);
      return isNew ? NOW : [];
    }
    if (isOn(before)) {
      return !isOn(after) || !same(weight(before), weight(after)) ? MAKES_ROOM : [];
    }
    return isOn(after) && isForeign(after) ? PLACED : [];
  },
};

const nodeTrigger: Trigger = {
  resource: 'nodes',
  dueOn: ({ before, after }) =>
    nodeView(before as Node | undefined) === nodeView(after as Node | undefined) ? [] : MAKES_ROOM,
};

const nodeView = (node: Node | undefined): string =>
  node === undefined
    ? ''
    : JSON.stringify([node.metadata.labels, node.spec?.taints, node.spec?.unschedulable, node.status?.allocatable]);

const namespaceTrigger: Trigger = {
  resource: 'namespaces',
  dueOn: ({ before, after }) => (same(before?.metadata.labels, after?.metadata.labels) ? [] : MAKES_ROOM),
};

/** All that may decide about a pod with claims; few of these changes are status alone. */
const storageTriggers = [CLAIMS, VOLUMES, CLASSES, CSI_NODES, ATTACHMENTS].map(
  (resource): Trigger => ({
    resource,
    dueOn: ({ before, after }) => (storageView(before) === storageView(after) ? [] : MAKES_ROOM),
  }),
);

function storageView(object: KubeObject | undefined): string {
  if (object === undefined) {
    return '';
  }
  const { annotations, labels, deletionTimestamp } = object.metadata;
  const { phase } = (object.status ?? {}) as { phase?: string };
  return JSON.stringify([annotations, labels, deletionTimestamp, object.spec, phase]);
}

export const schedulerTriggers: readonly Trigger[] = [podTrigger, nodeTrigger, namespaceTrigger, ...storageTriggers];
