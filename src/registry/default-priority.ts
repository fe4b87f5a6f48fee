/** The priority class that pods get that name none. Every pod that is created asks, so the answer is remembered. */
import type { ObjectStore } from '../storage/object-store.ts';
import { decodeObject } from '../storage/stored-object.ts';
import type { Clock } from '../timing/clock.ts';
import type { KubeObject } from '../values/object.ts';
import { ShortMemory } from './short-memory.ts';

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

/** There is one default. */
const ONLY = '';

/** Of several, which a race can make, the one that promises least. Source: getDefaultPriorityClass. */
export async function readDefaultPriority(objects: ObjectStore): Promise<PriorityClass | undefined> {
  const fields = [{ path: '.globalDefault', operator: '=', value: 'true' }] as const;
  const { items } = await objects.list({ resource: PRIORITY_CLASSES, fields });
  const classes = items.map((stored) => decodeObject<PriorityClass>(stored));
  return classes.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
}

export function createDefaultPriority(objects: ObjectStore, clock: Clock): DefaultPriority {
  const memory = new ShortMemory({ clock, read: () => readDefaultPriority(objects) });
  return { find: () => memory.find(ONLY), forget: () => memory.forget(ONLY) };
}
