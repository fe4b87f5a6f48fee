/** What `kubectl api-resources` prints of the kinds that are served, as kubectl sorts and aligns it. Pure. */
import type { ResourceDefinition } from '../../src/resources/define-resource.ts';

const HEADS = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'];
const GAP = 3;

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function rowOf({ plural, shortNames, group, version, namespaced, kind }: ResourceDefinition): string[] {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return [plural, shortNames.join(','), apiVersion, String(namespaced), kind];
}

/** Of a kind in several versions, kubectl shows the preferred one, which comes first. */
function preferred(kinds: readonly ResourceDefinition[]): ResourceDefinition[] {
  const first = new Map<string, ResourceDefinition>();
  for (const kind of kinds) {
    const key = `${kind.group}/${kind.plural}`;
    first.set(key, first.get(key) ?? kind);
  }
  return [...first.values()];
}

export function apiResources(kinds: readonly ResourceDefinition[]): string {
  const sorted = preferred(kinds).sort((a, b) => order(a.group, b.group) || order(a.plural, b.plural));
  const rows = [HEADS, ...sorted.map(rowOf)];
  const widths = HEADS.map((_, at) => Math.max(...rows.map((cells) => (cells[at] ?? '').length)) + GAP);
  return rows
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
