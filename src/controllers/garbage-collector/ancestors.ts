/** Who owns an object, who owns those, and so on up; an object may turn up among its own ancestors. */
import type { Registry } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { findOwner } from '../owner-kinds.ts';

/** UIDs of the ancestors that exist. */
export async function ancestorsOf(registry: Registry, object: KubeObject): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const above = [object];
  for (let at = above.pop(); at !== undefined; at = above.pop()) {
    const { namespace = '', ownerReferences = [] } = at.metadata;
    for (const reference of ownerReferences.filter(({ uid }) => !found.has(uid))) {
      const owner = await findOwner(registry, namespace, reference);
      if (owner !== undefined) {
        found.add(reference.uid);
        above.push(owner);
      }
    }
  }
  return found;
}
