/** Puts a protecting finalizer on what lives, and takes it off what is to go and is used no more. */
import type { Fence, Registry, ResourceId } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';

/** It lacks the finalizer, or waits for it to go. */
export function needsLook({ metadata }: KubeObject, finalizer: string): boolean {
  const has = metadata.finalizers?.includes(finalizer) === true;
  return has === (metadata.deletionTimestamp !== undefined);
}

export async function settleFinalizer(
  registry: Registry,
  id: ResourceId,
  { metadata: { namespace = '', name = '', uid = '' } }: KubeObject,
  finalizer: string,
  fence: Fence,
): Promise<void> {
  const change = (object: KubeObject): boolean => {
    if (!needsLook(object, finalizer)) {
      return false;
    }
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    object.metadata.finalizers =
      deletionTimestamp === undefined ? [...finalizers, finalizer] : finalizers.filter((one) => one !== finalizer);
    return true;
  };
  await registry.modify<KubeObject>(id, namespace, name, change, { fence, uid });
}
