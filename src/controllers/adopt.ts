/** Taking over objects that a workload selects and nobody controls, and letting go of those it no longer selects. */
import type { Fence, Registry, ResourceId } from '../registry/registry.ts';
import type { KubeObject } from '../values/object.ts';
import { controllerOf, controllerReference } from './owner-references.ts';

interface Child {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Source: controller/controller_ref_manager.go. A child that is being deleted or was taken meanwhile is left alone. */
export async function adopt(
  registry: Registry,
  id: ResourceId,
  child: Child,
  owner: KubeObject,
  fence: Fence,
): Promise<void> {
  const change = (object: KubeObject): boolean => {
    if (controllerOf(object) !== undefined || object.metadata.deletionTimestamp !== undefined) {
      return false;
    }
    object.metadata.ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
    return true;
  };
  await registry.modify(id, child.namespace, child.name, change, { uid: child.uid, fence });
}

export async function release(
  registry: Registry,
  id: ResourceId,
  child: Child,
  ownerUid: string,
  fence: Fence,
): Promise<void> {
  const change = (object: KubeObject): boolean => {
    const owners = object.metadata.ownerReferences ?? [];
    const others = owners.filter(({ uid }) => uid !== ownerUid);
    object.metadata.ownerReferences = others;
    return others.length < owners.length;
  };
  await registry.modify(id, child.namespace, child.name, change, { uid: child.uid, fence });
}
