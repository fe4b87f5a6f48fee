/** Taking over objects that a workload selects and nobody controls, and letting go of those it no longer selects. */
import type { Fence, Registry, ResourceId } from '../registry/registry.ts';
import type { KubeObject } from '../values/object.ts';
import { controllerOf, controllerReference } from './owner-references.ts';

interface Child {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * Source: controller/controller_ref_manager.go. A child that is being deleted or was taken meanwhile is left alone: false.
 * `finalizer` comes and goes with the owner.
 */
export async function adopt(
  registry: Registry,
  id: ResourceId,
  child: Child,
  owner: KubeObject,
  fence: Fence,
  finalizer?: string,
): Promise<boolean> {
  let isTaken = false;
  const change = (object: KubeObject): boolean => {
    isTaken = controllerOf(object) === undefined && object.metadata.deletionTimestamp === undefined;
    if (!isTaken) {
      return false;
    }
    const { ownerReferences = [], finalizers = [] } = object.metadata;
    object.metadata.ownerReferences = [...ownerReferences, controllerReference(owner)];
    if (finalizer !== undefined) {
      object.metadata.finalizers = [...new Set([...finalizers, finalizer])];
    }
    return true;
  };
  const stored = await registry.modify(id, child.namespace, child.name, change, { uid: child.uid, fence });
  return stored !== undefined && isTaken;
}

export async function release(
  registry: Registry,
  id: ResourceId,
  child: Child,
  ownerUid: string,
  fence: Fence,
  finalizer?: string,
): Promise<void> {
  const change = (object: KubeObject): boolean => {
    const owners = object.metadata.ownerReferences ?? [];
    const others = owners.filter(({ uid }) => uid !== ownerUid);
    object.metadata.ownerReferences = others;
    if (finalizer !== undefined) {
      object.metadata.finalizers = (object.metadata.finalizers ?? []).filter((entry) => entry !== finalizer);
    }
    return others.length < owners.length;
  };
  await registry.modify(id, child.namespace, child.name, change, { uid: child.uid, fence });
}
