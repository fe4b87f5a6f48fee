/** Objects that pods name, for one batch: each is read at most once, by the first that names it. */
import type { Registry } from '../registry/registry.ts';
import { decodeObject } from '../registry/registry.ts';
import type { KubeObject } from '../values/object.ts';

export type ReadConfigOf = (
  id:
    | 'configmaps'
    | 'secrets'
    | 'persistentvolumeclaims'
    | 'persistentvolumes'
    | 'serviceaccounts'
    | 'runtimeclasses.node.k8s.io'
    | 'nodes',
  namespace: string,
  name: string,
) => Promise<KubeObject | undefined>;

export function configReader(registry: Pick<Registry, 'find'>): ReadConfigOf {
  const read = new Map<string, Promise<KubeObject | undefined>>();
  return (id, namespace, name) => {
    const key = `${id}/${namespace}/${name}`;
    const known = read.get(key);
    if (known !== undefined) {
      return known;
    }
    const object = registry.find(id, namespace, name).then((stored) => stored && decodeObject(stored));
    read.set(key, object);
    return object;
  };
}
