/** Names that OpenAPI needs of a kind, made as Kubernetes makes them, since code generators build on them. */
import type { ResourceDefinition } from '../../resources/define-resource.ts';

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `coordination.k8s.io` is `coordination`, core is `core`, a group of another domain keeps all its parts. */
const groupWords = (group: string): string[] => (group === '' ? ['core'] : group.replace(/\.k8s\.io$/, '').split('.'));

/** `core_v1`, `fleetFlotillaDev_v1alpha1`. */
export function tagOf({ group, version }: { group: string; version: string }): string {
  const [first = '', ...rest] = groupWords(group);
  return `${first}${rest.map(capital).join('')}_${version}`;
}

/** `CoreV1`, `FleetFlotillaDevV1alpha1`. */
export const groupVersionWord = ({ group, version }: { group: string; version: string }): string =>
  groupWords(group).map(capital).join('') + capital(version);

export const rootPath = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/**
 * The schema of a kind that a subresource of `owner` answers with. A kind of its own is not in the table, so its
 * schema is found by Kubernetes' rule: `io.k8s.api.<first word of the group>.<version>.<Kind>`.
 */
export function schemaNameOf(
  owner: ResourceDefinition,
  kind: { group: string; version: string; kind: string },
): string {
  return kind.kind === owner.kind && kind.group === owner.group
    ? owner.schema
    : `io.k8s.api.${groupWords(kind.group)[0]}.${kind.version}.${kind.kind}`;
}
