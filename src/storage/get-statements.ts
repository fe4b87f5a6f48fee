/** The statements that read objects by key, which must never become scans: plans are kept as long as connections. */
import type { QueryConfig } from 'pg';
import { textArray } from './binary-array.ts';
import { cleanText } from './clean-text.ts';
import type { ResourceId } from './stored-object.ts';
import { isResource, mayBeNodeLease, objectColumns, objectsFrom } from './stored-rows.ts';

export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** A key within its resource as one string, for maps. */
export const keyText = ({ namespace, name }: ObjectKey): string => `${namespace}\0${name}`;

export const cleanKey = ({ namespace, name }: ObjectKey): ObjectKey => ({
  namespace: cleanText(namespace),
  name: cleanText(name),
});

export function getStatement(resource: ResourceId, key: ObjectKey): QueryConfig {
  const overlay = mayBeNodeLease(resource);
  const { namespace, name } = cleanKey(key);
  return {
    name: `get ${resource}`,
    text: `SELECT ${objectColumns(overlay)} FROM ${objectsFrom(overlay)}
           WHERE ${isResource(resource)} AND o.namespace = $1 AND o.name = $2`,
    values: [namespace, name],
  };
}

/** Answers each of them once, however often it was asked for. */
export function getManyStatement(resource: ResourceId, keys: readonly ObjectKey[]): QueryConfig {
  const overlay = mayBeNodeLease(resource);
  const distinct = [...new Map(keys.map(cleanKey).map((key) => [keyText(key), key])).values()];
  return {
    name: `get-many ${resource}`,
    // OFFSET 0 keeps the planner from a hash join with a scan: it would choose that while the table is small, and the
    // prepared plan would stay when the table has grown.
    text: `SELECT found.* FROM unnest($1::text[], $2::text[]) AS k (namespace, name) CROSS JOIN LATERAL (
             SELECT ${objectColumns(overlay)} FROM ${objectsFrom(overlay)}
             WHERE ${isResource(resource)} AND o.namespace = k.namespace AND o.name = k.name OFFSET 0
           ) AS found`,
    values: [textArray(distinct.map(({ namespace }) => namespace)), textArray(distinct.map(({ name }) => name))],
  };
}
