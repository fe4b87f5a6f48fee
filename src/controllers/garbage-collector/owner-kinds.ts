/** Which owners the collector can judge. Source: garbagecollector.go's apiResource, whose error keeps the dependent. */
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { RESOURCES } from '../../resources/index.ts';
import type { OwnerReference } from '../../values/object.ts';

export function ownerKind({ apiVersion, kind }: OwnerReference): ResourceDefinition | undefined {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return RESOURCES.find((entry) => entry.kind === kind && entry.group === group && entry.version === version);
}

/** An owner of a kind that is not served cannot be seen to be gone: what names it must stay. */
export const isServed = (reference: OwnerReference): boolean => ownerKind(reference) !== undefined;
