/** Puts a protecting finalizer on what lives, and takes it off what is to go and is held no more. */
import { toError } from '../../errors.ts';
import { eachKey } from '../../queue/each-key.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type ResourceId } from '../../registry/registry.ts';
import { Turns } from '../../timing/turns.ts';
import type { KubeObject, ObjectKey } from '../../values/object.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { namespacedKey, parseKey } from '../namespaced-key.ts';

interface Protection<T extends KubeObject> {
  readonly name: string;
  readonly resource: ResourceId;
  readonly finalizer: string;
  /** Asked of what is to go alone, of views that know all that was written before it was read. */
  readonly isHeld: (object: T) => boolean;
}

/**
 * A look at all, for what was stored before there was a protection: it makes due who needs a look, a page a run, and its
 * note is how far it came.
 */
const ALL = '*';
const ALL_EVERY_MS = 600_000;
const PAGE = 1_000;

/** It lacks the finalizer, or waits for it to go. */
export function needsLook({ metadata }: KubeObject, finalizer: string): boolean {
  const has = metadata.finalizers?.includes(finalizer) === true;
  return has === (metadata.deletionTimestamp !== undefined);
}

const isGoing = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

export function protect<T extends KubeObject>(context: ControllerContext, protection: Protection<T>): Controller {
  const { name } = protection;
  const reconcileBatch: Controller['reconciler']['reconcileBatch'] = async (keys, run) => {
    const own = keys.filter(({ key }) => key !== ALL);
    const objects = await readAll(
      context,
      protection,
      own.map(({ key }) => parseKey(key)),
    );
    const fresh = whenFresh(context, [...objects.values()], run);
    const { reconcileBatch: settleEach } = eachKey({
      name,
      reconcile: async (key) => {
        const object = objects.get(key);
        object && (await settle(context, protection, object, fresh, run));
        return {};
      },
    });
    const results = new Map(await settleEach(own, run));
    const all = keys.find(({ key }) => key === ALL);
    return all === undefined ? results : results.set(ALL, await lookOn(context, protection, all.note).catch(toError));
  };
  return { reconciler: { name, reconcileBatch }, periodic: [{ key: ALL, everyMs: ALL_EVERY_MS }] };
}

/** By their keys; what is gone or needs no look is left out. */
async function readAll<T extends KubeObject>(
  { registry }: ControllerContext,
  { resource, finalizer }: Protection<T>,
  keys: readonly ObjectKey[],
): Promise<Map<string, T>> {
  const objects = new Map<string, T>();
  const turns = new Turns();
  for (const stored of await registry.getMany(resource, keys)) {
    const object = decodeObject<T>(stored);
    needsLook(object, finalizer) && objects.set(namespacedKey(object), object);
    await turns.after(stored.body.length);
  }
  return objects;
}

/**
 * Asked for once for all that is to go, after it was read: who began to hold it before it was deleted is known then, and
 * nobody begins after.
 */
function whenFresh({ views }: ControllerContext, objects: readonly KubeObject[], { signal }: ReconcileContext) {
  const fresh = objects.some(isGoing) ? views.fresh(signal).then(() => undefined, toError) : undefined;
  return async (): Promise<void> => {
    const error = await fresh;
    if (error !== undefined) {
      throw error;
    }
  };
}

async function settle<T extends KubeObject>(
  { registry }: ControllerContext,
  { resource, finalizer, isHeld }: Protection<T>,
  object: T,
  fresh: () => Promise<void>,
  { lease: fence }: ReconcileContext,
): Promise<void> {
  const isToChange = (one: T): boolean => needsLook(one, finalizer) && !(isGoing(one) && isHeld(one));
  const change = (one: T): boolean => {
    // One that was deleted since it was read is due again: its holders are known to views that are asked after that.
    if (isGoing(one) !== isGoing(object) || !isToChange(one)) {
      return false;
    }
    const { finalizers = [] } = one.metadata;
    one.metadata.finalizers = isGoing(one) ? finalizers.filter((of) => of !== finalizer) : [...finalizers, finalizer];
    return true;
  };
  if (isGoing(object)) {
    await fresh();
  }
  if (isToChange(object)) {
    const { namespace = '', name = '', uid = '' } = object.metadata;
    await registry.modify<T>(resource, namespace, name, change, { fence, uid });
  }
}

async function lookOn<T extends KubeObject>(
  context: ControllerContext,
  protection: Protection<T>,
  note: string | undefined,
): Promise<ReconcileResult> {
  const { name, resource } = protection;
  const after = note === undefined ? {} : { after: parseKey(note) };
  const { items } = await context.registry.listRefs(resource, { limit: PAGE, ...after });
  const keys = [...(await readAll(context, protection, items)).keys()];
  await context.makeDue(keys.map((key) => ({ shard: name, key })));
  const last = items.at(-1);
  return last === undefined || items.length < PAGE
    ? {}
    : { requeueAfterMs: 0, note: namespacedKey({ metadata: last }) };
}
