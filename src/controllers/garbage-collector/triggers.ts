/** What may leave garbage behind: an object that goes, one that waits for its dependents, one given a dead owner. Pure. */
import type { DueRef, ObjectPlace, ResourceId, Trigger } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { same } from '../equality.ts';
import { ownerPlace } from '../owner-kinds.ts';

export const NAME = 'controller/garbage-collector';
export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';
/** A dependent may be created or adopted by a controller that has not yet seen its owner go. */
const OWNED_AFTER_MS = 10_000;

/**
 * Of a name and a UID in a key: a key is in an index, whose rows end at 2,704 bytes, and what a dependent claims is of
 * any length. A name that is cut is a wrong place, for which all dependents are looked at; no UID is as long.
 */
const LONGEST = 253;

/** An owner, by UID: gone, or to be checked; `place`: where a dependent says that it is, of a long name the beginning. */
export interface OwnerKey {
  readonly kind: 'owner';
  readonly uid: string;
  readonly place?: ObjectPlace;
}
export type GarbageKey =
  | OwnerKey
  /** An object that waits for one of the collector's finalizers. */
  | { readonly kind: 'finalize'; readonly id: ResourceId; readonly namespace: string; readonly name: string };

export function parseGarbageKey(key: string): GarbageKey {
  const [kind, ...parts] = key.split('/');
  if (kind === 'finalize') {
    const [id = '', namespace = '', name = ''] = parts;
    return { kind, id, namespace, name };
  }
  const [uid = '', resource, namespace = '', name = ''] = parts;
  return {
    kind: 'owner',
    uid: unescaped(uid),
    ...(resource === undefined ? {} : { place: { resource, namespace, name } }),
  };
}

/** A UID that someone made up may have a slash. */
const escaped = (uid: string): string => uid.replaceAll('%', '%25').replaceAll('/', '%2F');
const unescaped = (text: string): string => text.replaceAll('%2F', '/').replaceAll('%25', '%');

/** One key of all that name it alike. */
const checkKey = (uid: string, { resource, namespace, name }: ObjectPlace): string =>
  `owner/${escaped(uid.slice(0, LONGEST))}/${resource}/${namespace}/${name.slice(0, LONGEST)}`;

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
      return ownerReferences.flatMap((owner) => {
        const place = ownerPlace(namespace, owner);
        return place === undefined ? [] : [{ shard: NAME, key: checkKey(owner.uid, place), afterMs: OWNED_AFTER_MS }];
      });
    }
    return [];
  },
});
