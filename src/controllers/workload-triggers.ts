/** When a workload is due: its own spec changed, or a child of its kind did in a way that counts. Pure. */
import type { DueRef, ResourceId, Trigger } from '../registry/registry.ts';
import type { KubeObject } from '../values/object.ts';
import { findCondition } from './conditions.ts';
import { same } from './equality.ts';
import type { Pod } from './kinds/pod.ts';
import { namespacedKey, orphansKey, podsKey } from './namespaced-key.ts';
import { controllerOf } from './owner-references.ts';

interface Change {
  readonly before?: KubeObject;
  readonly after?: KubeObject;
}
/** Changes of pods that someone selects come in crowds: 10,000 pods of a Deployment become ready. */
const SELECTED_AFTER_MS = 100;
/** Orphans are gathered: adoption is rare, and thousands of bare pods must not cost a look each. */
const ORPHANS_AFTER_MS = 1_000;

/** Due on create, delete and on any change beside status. */
export const onSpecChange = (
  resource: ResourceId,
  shard: string,
  keyOf: (object: KubeObject) => string = namespacedKey,
): Trigger => ({
  resource,
  dueOn: (change) => {
    const object = change.after ?? change.before;
    return object !== undefined && specChanged(change) ? [{ shard, key: keyOf(object) }] : [];
  },
});

/** The key of an object without a namespace. */
export const nameKey = ({ metadata }: KubeObject): string => metadata.name ?? '';

export function specChanged({ before, after }: Change): boolean {
  if (before === undefined || after === undefined) {
    return true;
  }
  const [a, b] = [before.metadata, after.metadata];
  return (
    a.generation !== b.generation ||
    a.deletionTimestamp !== b.deletionTimestamp ||
    a.uid !== b.uid ||
    !same(a.labels, b.labels) ||
    !same(a.annotations, b.annotations) ||
    !same(a.finalizers, b.finalizers)
  );
}

/**
 * Due for the controller (of `ownerKind`) of a child, before and after. Without a controller, for a namespace's owners:
 * what they select is of its labels, so that its status makes nobody look.
 */
export const onChildChange = (
  resource: ResourceId,
  ownerKind: string,
  shard: string,
  matters: (before: KubeObject, after: KubeObject) => boolean,
  afterMs?: number,
): Trigger => ({
  resource,
  dueOn: ({ before, after }) => {
    const now = after === undefined ? undefined : controllerOf(after);
    if (now !== undefined && now.kind !== ownerKind && ownerName(before, ownerKind) === undefined) {
      return [];
    }
    const isOther = before === undefined || after === undefined || childChanged(before, after);
    if (!isOther && !matters(before, after)) {
      return [];
    }
    const refs: DueRef[] = [];
    const owners = new Set([before, after].flatMap((child) => ownerName(child, ownerKind) ?? []));
    const namespace = (after ?? before)?.metadata.namespace ?? '';
    for (const name of owners) {
      refs.push({ shard, key: `${namespace}/${name}`, ...(afterMs === undefined ? {} : { afterMs }) });
    }
    if (isOther && after !== undefined && now === undefined && Object.keys(after.metadata.labels ?? {}).length > 0) {
      refs.push({ shard, key: orphansKey(namespace), afterMs: ORPHANS_AFTER_MS });
    }
    return refs;
  },
});

function ownerName(child: KubeObject | undefined, ownerKind: string): string | undefined {
  const owner = child === undefined ? undefined : controllerOf(child);
  return owner?.kind === ownerKind ? owner.name : undefined;
}

const childChanged = (before: KubeObject, after: KubeObject): boolean =>
  before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
  !same(before.metadata.labels, after.metadata.labels) ||
  !same(before.metadata.ownerReferences, after.metadata.ownerReferences);

/**
 * Due for whoever selects pods of a namespace by their labels: a pod came, went or is going, became ready or is no
 * more, is another's, or changed in what `more` reads.
 */
export const onSelectedPodChange = (shard: string, more: (pod: Pod) => string): Trigger => ({
  resource: 'pods',
  dueOn: ({ before, after }) => {
    const isChanged =
      before === undefined || after === undefined || childChanged(before, after) || look(before) !== look(after);
    const namespace = (after ?? before)?.metadata.namespace ?? '';
    return isChanged ? [{ shard, key: podsKey(namespace), afterMs: SELECTED_AFTER_MS }] : [];

    function look(object: KubeObject): string {
      const pod = object as Pod;
      return `${findCondition(pod.status?.conditions, 'Ready')?.status} ${more(pod)}`;
    }
  },
});
