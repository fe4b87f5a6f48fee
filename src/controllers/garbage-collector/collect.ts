/** Deletes, orphans and unblocks dependents. Source: controller/garbagecollector/garbagecollector.go. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject, type Fence, type ObjectRef, type Registry, type ResourceId } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Emit } from '../events.ts';
import { canBeJudged } from '../owner-kinds.ts';
import { ancestorsOf } from './ancestors.ts';
import { deleteDependent, forEach, forEachApart, pagesOf, removeOwners } from './dependents.ts';
import { dropFalseOwners, falselyNamed } from './false-owners.ts';
import { FOREGROUND, ORPHAN, type OwnerKey } from './triggers.ts';

/** How soon an owner that waits for its dependents is looked at again. */
const WAIT_MS = 500;

/**
 * Of owners that are gone: what they alone owned goes too, what others own as well only forgets them. All owners are
 * looked at together, as nearly all that go owned nothing: three reads for a thousand pods, not three thousand.
 * Answers the owners whose dependents could not all be dealt with.
 */
export async function collectDependents(
  registry: Registry,
  emit: Emit,
  keys: readonly OwnerKey[],
  run: ReconcileContext,
): Promise<ReadonlyMap<string, Error>> {
  const { lease, signal } = run;
  const failed = new Map<string, Error>();
  const existing = await registry.locate(keys.map(({ uid }) => uid));
  const gone = new Set(keys.map(({ uid }) => uid).filter((uid) => !existing.has(uid)));
  for await (const dependents of pagesOf(registry, [...gone], signal)) {
    const owners = [...new Set(dependents.flatMap(({ ownerUids }) => ownerUids))];
    const alive = await registry.locate(owners);
    const act = (ref: ObjectRef) => collect(registry, ref, gone, alive, lease);
    await forEachApart(dependents, signal, act, ({ ownerUids }, cause) => {
      for (const owner of ownerUids.filter((uid) => gone.has(uid))) {
        failed.set(owner, cause);
      }
    });
  }
  for (const [uid, found] of falselyNamed(keys, existing)) {
    await dropFalseOwners({ registry, emit, uid, found }, run, (cause) => failed.set(uid, cause));
  }
  return failed;
}

async function collect(
  registry: Registry,
  ref: ObjectRef,
  gone: ReadonlySet<string>,
  alive: ReadonlyMap<string, unknown>,
  fence: Fence,
): Promise<void> {
  // An owner that was never seen to go may be of a kind that is not served here, or in a namespace.
  const othersGone = ref.ownerUids.some((owner) => !gone.has(owner) && !alive.has(owner));
  if ((othersGone || ref.namespace === '') && !(await ownersCanBeJudged(registry, ref))) {
    return;
  }
  await (ref.ownerUids.some((owner) => alive.has(owner))
    ? removeOwners(registry, ref, (owner) => ref.ownerUids.includes(owner) && !alive.has(owner), fence)
    : deleteDependent(registry, ref, undefined, fence));
}

const allCanBeJudged = (namespace: string, { metadata }: KubeObject): boolean =>
  (metadata.ownerReferences ?? []).every((reference) => canBeJudged(namespace, reference));

async function ownersCanBeJudged(registry: Registry, { resource, namespace, name }: ObjectRef): Promise<boolean> {
  const stored = await registry.find(resource, namespace, name);
  return stored === undefined || allCanBeJudged(namespace, decodeObject(stored));
}

/** Removes a finalizer once its work is done; answers when to look again. */
export async function finalizeOwner(
  registry: Registry,
  id: ResourceId,
  namespace: string,
  name: string,
  run: ReconcileContext,
): Promise<{ requeueAfterMs?: number }> {
  const fence = run.lease;
  const stored = await registry.find(id, namespace, name);
  const owner = stored === undefined ? undefined : decodeObject(stored);
  if (owner?.metadata.deletionTimestamp === undefined) {
    return {};
  }
  const finalizers = owner.metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) {
    await orphanDependents(registry, owner, run);
    await removeFinalizer(registry, id, owner, ORPHAN, fence);
    return {};
  }
  if (!finalizers.includes(FOREGROUND)) {
    return {};
  }
  if (await deleteBlocking(registry, owner, run)) {
    return { requeueAfterMs: WAIT_MS };
  }
  await removeFinalizer(registry, id, owner, FOREGROUND, fence);
  return {};
}

async function orphanDependents(
  registry: Registry,
  { metadata }: KubeObject,
  { lease, signal }: ReconcileContext,
): Promise<void> {
  const uid = metadata.uid ?? '';
  for await (const page of pagesOf(registry, [uid], signal)) {
    await forEach(page, signal, (ref) => removeOwners(registry, ref, (owner) => owner === uid, lease));
  }
}

/** True while a dependent that blocks the owner's deletion exists. */
async function deleteBlocking(
  registry: Registry,
  owner: KubeObject,
  { lease: fence, signal }: ReconcileContext,
): Promise<boolean> {
  const uid = owner.metadata.uid ?? '';
  const ancestors = await ancestorsOf(registry, owner);
  let blocked = false;
  const deleteOne = async (ref: ObjectRef): Promise<void> => {
    const stored = await registry.find(ref.resource, ref.namespace, ref.name);
    if (stored?.uid !== ref.uid) {
      return;
    }
    const dependent = decodeObject(stored);
    const reference = dependent.metadata.ownerReferences?.find((entry) => entry.uid === uid);
    if (ancestors.has(ref.uid)) {
      // A circle: someone must stop waiting for the others.
      await stopBlocking(registry, ref, fence);
    } else {
      blocked ||= reference?.blockOwnerDeletion === true;
    }
    const others = ref.ownerUids.filter((owner) => owner !== uid);
    const isShared = others.length > 0 && (await registry.locate(others)).size > 0;
    if (isShared || !allCanBeJudged(ref.namespace, dependent)) {
      await removeOwners(registry, ref, (owner) => owner === uid, fence);
    } else if (dependent.metadata.deletionTimestamp === undefined) {
      // In the foreground all the way down, where there is a way down.
      const hasOwn = (await registry.dependentsOf([ref.uid], { limit: 1 })).length > 0;
      await deleteDependent(registry, ref, hasOwn ? 'Foreground' : undefined, fence);
    }
  };
  for await (const page of pagesOf(registry, [uid], signal)) {
    await forEach(page, signal, deleteOne);
  }
  return blocked;
}

async function stopBlocking(registry: Registry, ref: ObjectRef, fence: Fence): Promise<void> {
  const change = ({ metadata }: KubeObject): boolean => {
    const before = metadata.ownerReferences ?? [];
    metadata.ownerReferences = before.map((owner) => ({ ...owner, blockOwnerDeletion: false }));
    return before.some(({ blockOwnerDeletion }) => blockOwnerDeletion === true);
  };
  await registry.modify(ref.resource, ref.namespace, ref.name, change, { uid: ref.uid, fence });
}

async function removeFinalizer(
  registry: Registry,
  id: ResourceId,
  { metadata }: KubeObject,
  finalizer: string,
  fence: Fence,
): Promise<void> {
  const change = (object: KubeObject): boolean => {
    const before = object.metadata.finalizers ?? [];
    object.metadata.finalizers = before.filter((entry) => entry !== finalizer);
    return before.includes(finalizer);
  };
  await registry.modify(id, metadata.namespace ?? '', metadata.name ?? '', change, {
    ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
    fence,
  });
}
