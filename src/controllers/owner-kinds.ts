/** The kinds of owners, and which of them can be judged. Source: garbagecollector.go, isDangling, whose errors keep the dependent. */
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

/**
 * Whether an owner can be seen to be gone, by a dependent in `namespace`: not of a kind that is not served, nor one in
 * a namespace to what is in none. What names such a one must stay.
 */
export function canBeJudged(namespace: string, reference: OwnerReference): boolean {
  const definition = ownerKind(reference);
  return definition !== undefined && !(namespace === '' && definition.namespaced);
}

/** Where an owner is by its name, seen from a dependent's namespace; undefined: of a kind that is not served. */
export function ownerPlace(namespace: string, reference: OwnerReference): ObjectPlace | undefined {
  const definition = ownerKind(reference);
  return definition === undefined
    ? undefined
    : {
        // A second form has no place of its own.
        resource: resourceId(definition.storedAs?.definition ?? definition),
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
