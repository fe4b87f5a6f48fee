/** Conflicts of an apply as a Status. Source: managedfields/internal/conflict.go, apierrors.NewApplyConflict. */
import { type StatusCause, StatusError } from '../../errors.ts';
import { pathsOf } from '../../values/field-set/field-set.ts';
import { pathText } from '../../values/field-set/path-element.ts';
import type { FieldConflict } from './merge-applied.ts';
import type { Owner } from './owners.ts';

function nameOf({ manager, operation, subresource, apiVersion }: Owner): string {
  const name = JSON.stringify(manager) + (subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

interface NamedConflict {
  readonly owner: string;
  readonly paths: readonly string[];
}

function messageOf(conflicts: readonly NamedConflict[]): string {
  const [only] = conflicts;
  if (conflicts.length === 1 && only?.paths.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${only.owner}: ${only.paths[0]}`;
  }
  const total = conflicts.reduce((sum, { paths }) => sum + paths.length, 0);
  const lines = conflicts.flatMap(({ owner, paths }) => [
    `conflicts with ${owner}:`,
    ...paths.map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${total} conflicts: ${lines.join('\n')}`;
}

export function applyConflict(conflicts: readonly FieldConflict[]): StatusError {
  const named: NamedConflict[] = [];
  for (const { owner, fields } of conflicts) {
    named.push({ owner: nameOf(owner), paths: pathsOf(fields).map(pathText).sort() });
  }
  named.sort((a, b) => (a.owner < b.owner ? -1 : 1));
  const causes = named.flatMap(({ owner, paths }) =>
    paths.map((field): StatusCause => ({ reason: 'FieldManagerConflict', message: `conflict with ${owner}`, field })),
  );
  return new StatusError('Conflict', messageOf(named), { causes });
}
