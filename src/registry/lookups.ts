/** What writes look up by name, remembered: of the store, or of what a transaction has staged before it. */
import type { ObjectStore } from '../storage/object-store.ts';
import type { Clock } from '../timing/clock.ts';
import { createNamespaceLookup, type NamespaceLookup } from './namespace-lookup.ts';
import {
  ACCOUNTS,
  createObjectLookup,
  type ObjectLookup,
  RUNTIME_CLASSES,
  type RuntimeClass,
  type ServiceAccount,
} from './object-lookup.ts';

export interface Lookups {
  readonly namespaces: NamespaceLookup;
  readonly accounts: ObjectLookup<ServiceAccount>;
  readonly runtimeClasses: ObjectLookup<RuntimeClass>;
}

export const createLookups = (objects: ObjectStore, clock: Clock): Lookups => ({
  namespaces: createNamespaceLookup(objects, clock),
  accounts: createObjectLookup(objects, clock, ACCOUNTS),
  runtimeClasses: createObjectLookup(objects, clock, RUNTIME_CLASSES),
});
