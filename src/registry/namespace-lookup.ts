/**
 * Whether a namespace takes new objects. Active ones are remembered for a second, as the reference's informer lags
 * by about as much; missing and terminating ones are always read again. Concurrent misses share one query.
 */
import type { ObjectStore } from '../storage/object-store.ts';
import { decodeObject } from '../storage/stored-object.ts';
import type { Clock } from '../timing/clock.ts';

export type NamespaceState = 'active' | 'terminating' | 'missing';

export interface NamespaceLookup {
  state(name: string): Promise<NamespaceState>;
  /** Forgets what is remembered, after a write to the namespace by this process. */
  forget(name: string): void;
}

const REMEMBER_MS = 1_000;
/** Bounds the memory; beyond it everything is forgotten at once. */
const MAX_REMEMBERED = 10_000;

export function createNamespaceLookup(objects: ObjectStore, clock: Clock): NamespaceLookup {
  const activeUntil = new Map<string, number>();
  const pending = new Map<string, Promise<NamespaceState>>();

  const read = async (name: string): Promise<NamespaceState> => {
    const stored = await objects.get('namespaces', '', name);
    if (stored === undefined) {
      return 'missing';
    }
    return decodeObject(stored).metadata.deletionTimestamp === undefined ? 'active' : 'terminating';
  };

  const lookUp = async (name: string): Promise<NamespaceState> => {
    const asked = clock.monotonic();
    const query = read(name);
    pending.set(name, query);
    try {
      const state = await query;
      // A forget() during the query took it out of `pending`: its answer may be old and is not remembered.
      if (state === 'active' && pending.get(name) === query) {
        if (activeUntil.size >= MAX_REMEMBERED) {
          activeUntil.clear();
        }
        activeUntil.set(name, asked + REMEMBER_MS);
      }
      return state;
    } finally {
      if (pending.get(name) === query) {
        pending.delete(name);
      }
    }
  };

  return {
    async state(name) {
      if ((activeUntil.get(name) ?? Number.NEGATIVE_INFINITY) > clock.monotonic()) {
        return 'active';
      }
      return pending.get(name) ?? lookUp(name);
    },
    forget(name) {
      activeUntil.delete(name);
      pending.delete(name);
    },
  };
}
