/** The kinds of owners, and which of them can be judged. Source: garbagecollector.go's apiResource, whose error keeps the dependent. */
import { decodeObject, type ObjectPlace, type Registry } from '../registry/registry.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import { RESOURCES, resourceId } from '../resources/index.ts';
import type { KubeObject, OwnerReference } from '../values/object.ts';

export function ownerKind({
  apiVersion,
  kind,
}: Pick<OwnerReference, 'apiVersion' | 'kind'>): ResourceDefinition | undefined {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return RESOURCES.find((entry) => entry.kind === kind && entry.group === group && entry.version === version);
}

/** An owner of a kind that is not served cannot be seen to be gone: what names it must stay. */
export const isServed = (reference: OwnerReference): boolean => ownerKind(reference) !== undefined;

/** Where an owner is by its name, seen from a dependent's namespace; undefined: of a kind that is not served. */
export function ownerPlace(namespace: string, reference: OwnerReference): ObjectPlace | undefined {
  const definition = ownerKind(reference);
  return definition === undefined
    ? undefined
    : {
        resource: resourceId(definition),
        namespace: definition.namespaced ? namespace : '',
        name: reference.name,
      };
}

/** The owner as it is named, of the same namespace or of none; undefined: gone, or another one of that name. */
export async function findOwner(
  registry: Registry,
  namespace: string,
  reference: OwnerReference,
): Promise<KubeObject | undefined> {
  const place = ownerPlace(namespace, reference);
  const stored = place === undefined ? undefined : await registry.find(place.resource, place.namespace, place.name);
  return stored?.uid === reference.uid ? decodeObject(stored) : undefined;
}
