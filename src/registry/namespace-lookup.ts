/** Whether a namespace takes new objects. Active ones are remembered; missing and terminating ones are always read again. */
import type { ObjectStore } from '../storage/object-store.ts';
import { decodeObject } from '../storage/stored-object.ts';
import type { Clock } from '../timing/clock.ts';
import { ShortMemory } from './short-memory.ts';

export type NamespaceState = 'active' | 'terminating' | 'missing';

export interface NamespaceLookup {
  state(name: string): Promise<NamespaceState>;
  /** Forgets what is remembered, after a write to the namespace by this process. */
  forget(name: string): void;
}

export function createNamespaceLookup(objects: ObjectStore, clock: Clock): NamespaceLookup {
  const states = new ShortMemory<NamespaceState>({
    clock,
    isKept: (state) => state === 'active',
    async read(name) {
      const stored = await objects.get('namespaces', '', name);
      if (stored === undefined) {
        return 'missing';
      }
      return decodeObject(stored).metadata.deletionTimestamp === undefined ? 'active' : 'terminating';
    },
  });
  return { state: async (name) => states.find(name), forget: (name) => states.forget(name) };
}
