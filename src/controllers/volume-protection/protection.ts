/** Puts a protecting finalizer on what lives, and takes it off what is to go and is held no more. */
import { eachKey } from '../../queue/each-key.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject, type ResourceId, type StoredObject } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { parseKey } from '../namespaced-key.ts';

interface Protection<T extends KubeObject> {
  readonly name: string;
  readonly resource: ResourceId;
  readonly finalizer: string;
  /** Asked of what is to go alone, of views that know all that was written before it was read. */
  readonly isHeld: (object: T) => boolean;
}

/** A look at all, for what was stored before there was a protection. */
const ALL = '*';
const ALL_EVERY_MS = 600_000;

/** It lacks the finalizer, or waits for it to go. */
export function needsLook({ metadata }: KubeObject, finalizer: string): boolean {
  const has = metadata.finalizers?.includes(finalizer) === true;
  return has === (metadata.deletionTimestamp !== undefined);
}

const isGoing = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

export function protect<T extends KubeObject>(
  { registry, views }: ControllerContext,
  { name, resource, finalizer, isHeld }: Protection<T>,
): Controller {
  const isToChange = (object: T): boolean => needsLook(object, finalizer) && !(isGoing(object) && isHeld(object));
  const change = (object: T): boolean => {
    if (!isToChange(object)) {
      return false;
    }
    const { finalizers = [] } = object.metadata;
    object.metadata.finalizers = isGoing(object)
      ? finalizers.filter((one) => one !== finalizer)
      : [...finalizers, finalizer];
    return true;
  };
  const settle = async (object: T, { lease, signal }: ReconcileContext): Promise<void> => {
    if (!needsLook(object, finalizer)) {
      return;
    }
    if (isGoing(object)) {
      // Who began to hold it before it was deleted is known then, and nobody begins after.
      await views.fresh(signal);
    }
    if (isToChange(object)) {
      const { namespace = '', name: of = '', uid = '' } = object.metadata;
      await registry.modify<T>(resource, namespace, of, change, { fence: lease, uid });
    }
  };
  const storedOf = async (key: string): Promise<readonly StoredObject[]> => {
    if (key === ALL) {
      return (await registry.list(resource, {})).items;
    }
    const { namespace, name: of } = parseKey(key);
    const stored = await registry.find(resource, namespace, of);
    return stored === undefined ? [] : [stored];
  };
  return {
    reconciler: eachKey({
      name,
      reconcile: async (key, run) => {
        for (const stored of await storedOf(key)) {
          run.signal.throwIfAborted();
          await settle(decodeObject<T>(stored), run);
        }
        return {};
      },
    }),
    periodic: [{ key: ALL, everyMs: ALL_EVERY_MS }],
  };
}
