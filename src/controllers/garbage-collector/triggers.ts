/** What may leave garbage behind: an object that goes, one that waits for its dependents, one given a dead owner. Pure. */
import type { DueRef, ResourceId, Trigger } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { same } from '../equality.ts';
import { isServed } from '../owner-kinds.ts';

export const NAME = 'controller/garbage-collector';
export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';
/** A dependent may be created or adopted by a controller that has not yet seen its owner go. */
const OWNED_AFTER_MS = 10_000;

export type GarbageKey =
  /** An owner, by UID: gone, or to be checked. */
  | { readonly kind: 'owner'; readonly uid: string }
  /** An object that waits for one of the collector's finalizers. */
  | { readonly kind: 'finalize'; readonly id: ResourceId; readonly namespace: string; readonly name: string };

export function parseGarbageKey(key: string): GarbageKey {
  const [kind, id = '', namespace = '', name = ''] = key.split('/');
  return kind === 'finalize' ? { kind, id, namespace, name } : { kind: 'owner', uid: id };
}

const isWaiting = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (metadata.finalizers ?? []).some((finalizer) => finalizer === ORPHAN || finalizer === FOREGROUND);

export const garbageTrigger = (resource: ResourceId): Trigger => ({
  resource,
  dueOn: (change): DueRef[] => {
    const { after } = change;
    if (after === undefined) {
      const uid = change.before?.metadata.uid ?? '';
      return [{ shard: NAME, key: `owner/${uid}` }];
    }
    const { namespace = '', name = '', ownerReferences = [] } = after.metadata;
    if (isWaiting(after)) {
      return [{ shard: NAME, key: `finalize/${resource}/${namespace}/${name}` }];
    }
    if (ownerReferences.length > 0 && !same(change.before?.metadata.ownerReferences, ownerReferences)) {
      return ownerReferences
        .filter(isServed)
        .map(({ uid }) => ({ shard: NAME, key: `owner/${uid}`, afterMs: OWNED_AFTER_MS }));
    }
    return [];
  },
});
