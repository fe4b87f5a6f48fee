/** Writes the status of exactly one object, where it is another than what stands there. */
import type { Fence, Registry, ResourceId } from '../registry/registry.ts';
import type { KubeObject } from '../values/object.ts';
import { same } from './equality.ts';

interface WithStatus {
  readonly metadata: KubeObject['metadata'];
  status?: object;
}

/** `seen`: as it was read, so that no news costs no read. `statusOf`: from the object as it stands now. One that has its name since keeps its own. */
export async function writeStatus<T extends WithStatus>(
  registry: Registry,
  id: ResourceId,
  seen: T,
  statusOf: (current: T) => NonNullable<T['status']>,
  fence: Fence,
): Promise<void> {
  const isNews = (object: T): boolean => !same(object.status ?? {}, statusOf(object));
  if (!isNews(seen)) {
    return;
  }
  const change = (object: KubeObject): boolean => {
    const current = object as unknown as T;
    if (!isNews(current)) {
      return false;
    }
    current.status = statusOf(current);
    return true;
  };
  const { namespace = '', name = '', uid } = seen.metadata;
  const of = uid === undefined ? {} : { uid };
  await registry.modify(id, namespace, name, change, { subresource: 'status', ...of, fence });
}
