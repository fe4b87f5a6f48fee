/** The kinds of owners, and which of them can be judged. Source: garbagecollector.go's apiResource, whose error keeps the dependent. */
import { decodeObject, type Registry } from '../registry/registry.ts';
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

/** The owner as it is named, of the same namespace or of none; undefined: gone, or another one of that name. */
export async function findOwner(
  registry: Registry,
  namespace: string,
  reference: OwnerReference,
): Promise<KubeObject | undefined> {
  const { name, uid } = reference;
  const definition = ownerKind(reference);
  const stored =
    definition === undefined
      ? undefined
      : await registry.find(resourceId(definition), definition.namespaced ? namespace : '', name);
  return stored?.uid === uid ? decodeObject(stored) : undefined;
}
