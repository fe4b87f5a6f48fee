/** The subresources of a kind as one list, whatever their form in its definition. */
import type { ResourceDefinition } from '../../resources/define-resource.ts';

export interface SubresourceEntry {
  readonly name: string;
  readonly kind: string;
  /** Of the object the subresource takes and gives, which may be of another group: pods/eviction, deployments/scale. */
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
}

const WRITABLE = ['get', 'patch', 'update'] as const;

/** In the order of their names. */
export function subresourcesOf({ group, version, kind, subresources }: ResourceDefinition): SubresourceEntry[] {
  const entries: SubresourceEntry[] = Object.entries(subresources.other ?? {}).map(([name, other]) => ({
    name,
    kind: other.kind,
    group: other.group ?? group,
    version: other.version ?? version,
    verbs: other.verbs,
  }));
  for (const name of [...(subresources.status ? ['status'] : []), ...Object.keys(subresources.parts ?? {})]) {
    entries.push({ name, kind, group, version, verbs: WRITABLE });
  }
  if (subresources.scale !== undefined) {
    entries.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: WRITABLE });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
