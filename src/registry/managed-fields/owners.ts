/**
 * managed-fields/: who owns which fields of an object, as `metadata.managedFields` tells. Pure; internal to registry/.
 * Source: k8s.io/apimachinery/pkg/util/managedfields/internal, KEP-555.
 *
 * This file: the entries, read and written.
 */
import { EMPTY_SET, type FieldSet, isEmptySet, union } from '../../values/field-set/field-set.ts';
import { formatFieldsV1, parseFieldsV1 } from '../../values/field-set/fields-v1.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject } from '../../values/object.ts';

export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** '' for the main resource. */
  readonly subresource: string;
  /** RFC 3339; undefined where a client left it out. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** An applier is the same whatever version it applies; an updater of another version is another. */
export const isSameOwner = (a: Owner, b: Owner): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function readOwner(entry: Json): Owner | undefined {
  if (!isJsonObject(entry)) {
    return undefined;
  }
  const operation = entry['operation'];
  const fields = parseFieldsV1(entry['fieldsV1'] ?? {});
  if ((operation !== 'Apply' && operation !== 'Update') || fields === undefined) {
    return undefined;
  }
  return {
    manager: textOf(entry['manager']),
    operation,
    apiVersion: textOf(entry['apiVersion']),
    subresource: textOf(entry['subresource']),
    time: typeof entry['time'] === 'string' ? entry['time'] : undefined,
    fields,
  };
}

/** undefined: a client sent something else than entries. */
export function readOwners(entries: readonly Json[] | undefined): Owner[] | undefined {
  const owners: Owner[] = [];
  for (const entry of entries ?? []) {
    const owner = readOwner(entry);
    if (owner === undefined) {
      return undefined;
    }
    const at = owners.findIndex((each) => isSameOwner(each, owner));
    const same = owners[at];
    if (same === undefined) {
      owners.push(owner);
    } else {
      owners[at] = { ...owner, fields: union(same.fields, owner.fields) };
    }
  }
  return owners;
}

/** Appliers first, then by time, then by name. */
function byOrder(a: Owner, b: Owner): number {
  const key = ({ operation, time = '', manager, apiVersion, subresource }: Owner): string =>
    [operation, time, manager, apiVersion, subresource].join('\0');
  return key(a) < key(b) ? -1 : 1;
}

const writeOwner = ({ manager, operation, apiVersion, time, fields, subresource }: Owner): JsonObject => ({
  manager,
  operation,
  apiVersion,
  ...(time === undefined ? {} : { time }),
  fieldsType: 'FieldsV1',
  fieldsV1: formatFieldsV1(fields),
  ...(subresource === '' ? {} : { subresource }),
});

/** Who owns nothing is not written; undefined: nobody owns anything. */
export function writeOwners(owners: readonly Owner[]): Json[] | undefined {
  const written = owners
    .filter(({ fields }) => !isEmptySet(fields))
    .sort(byOrder)
    .map(writeOwner);
  return written.length === 0 ? undefined : written;
}

export const fieldsOwnedBy = (owners: readonly Owner[], owner: Owner): FieldSet =>
  owners.find((each) => isSameOwner(each, owner))?.fields ?? EMPTY_SET;

/** `owner` in the place of its former self. */
export const withOwner = (owners: readonly Owner[], owner: Owner): Owner[] => [
  ...owners.filter((each) => !isSameOwner(each, owner)),
  owner,
];
