/**
 * The priority class that pods get that name none. Every pod that is created asks, so the answer is remembered for a
 * second, as the reference's informer lags by about as much; a write to a class by this process forgets it.
 */
import type { ObjectStore } from '../storage/object-store.ts';
import { decodeObject } from '../storage/stored-object.ts';
import type { Clock } from '../timing/clock.ts';
import type { KubeObject } from '../values/object.ts';

export const PRIORITY_CLASSES = 'priorityclasses.scheduling.k8s.io';

export interface PriorityClass extends KubeObject {
  value?: number;
  globalDefault?: boolean;
  preemptionPolicy?: string;
}

export interface DefaultPriority {
  /** At once where it is remembered; `undefined`: no class is the default. */
  find(): PriorityClass | undefined | Promise<PriorityClass | undefined>;
  forget(): void;
}

const REMEMBER_MS = 1_000;

/** Of several, which a race can make, the one that promises least. Source: getDefaultPriorityClass. */
export async function readDefaultPriority(objects: ObjectStore): Promise<PriorityClass | undefined> {
  const fields = [{ path: '.globalDefault', operator: '=', value: 'true' }] as const;
  const { items } = await objects.list({ resource: PRIORITY_CLASSES, fields });
  const classes = items.map((stored) => decodeObject<PriorityClass>(stored));
  return classes.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
}

export function createDefaultPriority(objects: ObjectStore, clock: Clock): DefaultPriority {
  let known: { readonly found: PriorityClass | undefined; readonly until: number } | undefined;
  let pending: Promise<PriorityClass | undefined> | undefined;

  const read = async (): Promise<PriorityClass | undefined> => {
    const asked = clock.monotonic();
    const query = readDefaultPriority(objects);
    pending = query;
    try {
      const found = await query;
      // A forget() during the query took it out of `pending`: its answer may be old and is not remembered.
      if (pending === query) {
        known = { found, until: asked + REMEMBER_MS };
      }
      return found;
    } finally {
      if (pending === query) {
        pending = undefined;
      }
    }
  };

  return {
    find: () => (known !== undefined && known.until > clock.monotonic() ? known.found : (pending ?? read())),
    forget() {
      known = undefined;
      pending = undefined;
    },
  };
}
