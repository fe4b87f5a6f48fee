/** apidiscovery.k8s.io/v2: every group, version and resource in one answer. */
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import type { GroupEntry } from './groups.ts';
import { subresourcesOf } from './subresources.ts';

const kindOf = ({ group, version, kind }: { group: string; version: string; kind: string }): object => ({
  group,
  version,
  kind,
});

function resource(definition: ResourceDefinition): object {
  const subresources = subresourcesOf(definition);
  return {
    resource: definition.plural,
    responseKind: kindOf(definition),
    scope: definition.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: definition.singular,
    verbs: [...definition.verbs].sort(),
    ...(definition.shortNames.length > 0 && { shortNames: definition.shortNames }),
    ...(definition.categories.length > 0 && { categories: definition.categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((entry) => ({
        subresource: entry.name,
        responseKind: kindOf(entry),
        verbs: [...entry.verbs].sort(),
      })),
    }),
  };
}

export const aggregatedDiscovery = (groups: readonly GroupEntry[]): object => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: groups.map(({ name, versions }) => ({
    metadata: name === '' ? {} : { name },
    versions: versions.map(({ version, definitions }) => ({
      version,
      freshness: 'Current',
      resources: definitions.map(resource),
    })),
  })),
});
