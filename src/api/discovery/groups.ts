/** The table of kinds by group and version, in the order discovery tells them. */
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { groupedBy } from '../../values/grouped-by.ts';
import { compareVersions } from './version-order.ts';

export interface VersionEntry {
  /** `v1`, or `apps/v1`. */
  readonly groupVersion: string;
  readonly group: string;
  readonly version: string;
  readonly definitions: readonly ResourceDefinition[];
}

export interface GroupEntry {
  /** '' for core. */
  readonly name: string;
  /** The preferred version first. Never empty. */
  readonly versions: readonly VersionEntry[];
}

/** Groups keep the table's order, so that it alone says which of two kinds a short name means. */
export function groupsOf(definitions: readonly ResourceDefinition[]): GroupEntry[] {
  return [...groupedBy(definitions, ({ group }) => group)].map(([name, ofGroup]) => ({
    name,
    versions: [...groupedBy(ofGroup, ({ version }) => version)]
      .sort(([a], [b]) => compareVersions(a, b))
      .map(([version, ofVersion]) => ({
        groupVersion: name === '' ? version : `${name}/${version}`,
        group: name,
        version,
        definitions: ofVersion,
      })),
  }));
}
