/**
 * Objects that every pod which is created may ask for: its account, its runtime class. Remembered for a second, as the
 * reference's informers lag by about as much; a write by this process forgets them. Concurrent misses share one query.
 */
import type { Toleration } from '../resources/pod/pod-spec.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { decodeObject, type ResourceId } from '../storage/stored-object.ts';
import type { Clock } from '../timing/clock.ts';
import type { KubeObject } from '../values/object.ts';

export const ACCOUNTS = 'serviceaccounts';
export const RUNTIME_CLASSES = 'runtimeclasses.node.k8s.io';

export interface ServiceAccount extends KubeObject {
  imagePullSecrets?: readonly { readonly name?: string }[];
}
export interface RuntimeClass extends KubeObject {
  overhead?: { readonly podFixed?: Readonly<Record<string, string>> };
  scheduling?: {
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly Toleration[];
  };
}

export interface ObjectLookup<T extends KubeObject> {
  /** At once where it is remembered; `undefined`: there is none. `again`: reads once more before it says so. */
  find(namespace: string, name: string, again?: boolean): T | undefined | Promise<T | undefined>;
  forget(namespace: string, name: string): void;
}

const REMEMBER_MS = 1_000;
/** Bounds the memory; beyond it everything is forgotten at once. */
const MAX_REMEMBERED = 10_000;

export function createObjectLookup<T extends KubeObject>(
  objects: ObjectStore,
  clock: Clock,
  resource: ResourceId,
): ObjectLookup<T> {
  const known = new Map<string, { readonly object: T | undefined; readonly until: number }>();
  const pending = new Map<string, Promise<T | undefined>>();
  const read = async (namespace: string, name: string): Promise<T | undefined> => {
    const stored = await objects.get(resource, namespace, name);
    return stored === undefined ? undefined : decodeObject<T>(stored);
  };

  const lookUp = async (key: string, namespace: string, name: string): Promise<T | undefined> => {
    const asked = clock.monotonic();
    const query = read(namespace, name);
    pending.set(key, query);
    try {
      const object = await query;
      // A forget() during the query took it out of `pending`: its answer may be old and is not remembered.
      if (pending.get(key) === query) {
        if (known.size >= MAX_REMEMBERED) {
          known.clear();
        }
        known.set(key, { object, until: asked + REMEMBER_MS });
      }
      return object;
    } finally {
      if (pending.get(key) === query) {
        pending.delete(key);
      }
    }
  };

  return {
    find(namespace, name, again = false) {
      const key = `${namespace}/${name}`;
      const found = known.get(key);
      const isFresh = found !== undefined && found.until > clock.monotonic();
      return isFresh && (found.object !== undefined || !again)
        ? found.object
        : (pending.get(key) ?? lookUp(key, namespace, name));
    },
    forget(namespace, name) {
      const key = `${namespace}/${name}`;
      known.delete(key);
      pending.delete(key);
    },
  };
}
