/** The meta/v1 forms of discovery, still asked for by drain, can-i, client-node and every client before 1.30. */
import { createHash } from 'node:crypto';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import type { GroupEntry, VersionEntry } from './groups.ts';
import { type SubresourceEntry, subresourcesOf } from './subresources.ts';

/** Same value for as long as stored objects need no migration. Source: apiserver/pkg/endpoints/discovery. */
const storageVersionHash = ({ group, version, kind }: ResourceDefinition): string =>
  createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');

function resource(definition: ResourceDefinition): object {
  return {
    name: definition.plural,
    singularName: definition.singular,
    namespaced: definition.namespaced,
    kind: definition.kind,
    verbs: [...definition.verbs].sort(),
    ...(definition.shortNames.length > 0 && { shortNames: definition.shortNames }),
    ...(definition.categories.length > 0 && { categories: definition.categories }),
    storageVersionHash: storageVersionHash(definition),
  };
}

/** Group and version only where they are not the list's own; drain looks for `pods/eviction` of `policy/v1`. */
function subresource(definition: ResourceDefinition, entry: SubresourceEntry): object {
  const foreign = entry.group !== definition.group || entry.version !== definition.version;
  return {
    name: `${definition.plural}/${entry.name}`,
    singularName: '',
    namespaced: definition.namespaced,
    ...(foreign && { group: entry.group, version: entry.version }),
    kind: entry.kind,
    verbs: [...entry.verbs].sort(),
  };
}

export const apiResourceList = ({ groupVersion, definitions }: VersionEntry): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: definitions.flatMap((definition) => [
    resource(definition),
    ...subresourcesOf(definition).map((entry) => subresource(definition, entry)),
  ]),
});

const groupBody = ({ name, versions }: GroupEntry): object => {
  const told = versions.map(({ groupVersion, version }) => ({ groupVersion, version }));
  return { name, versions: told, preferredVersion: told[0] };
};

export const apiGroup = (group: GroupEntry): object => ({ kind: 'APIGroup', apiVersion: 'v1', ...groupBody(group) });

export const apiGroupList = (groups: readonly GroupEntry[]): object => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups.map(groupBody),
});

export const apiVersions = (core: readonly GroupEntry[], address: { host: string; port: number }): object => ({
  kind: 'APIVersions',
  versions: core.flatMap(({ versions }) => versions.map(({ version }) => version)),
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: `${address.host}:${address.port}` }],
});
