/** Rows of `objects` as the contract's objects, and the columns that every query of them selects. */
import pg from 'pg';
import { cleanText } from './clean-text.ts';
import { LEASE_NAMESPACE, LEASES, microTime, withRenewTime } from './lease-overlay.ts';
import type { CopiedRow } from './list-stream/copied-rows.ts';
import type { ListPage, ObjectRef } from './object-store.ts';
import type { ObjectText, ResourceId, StoredObject } from './stored-object.ts';

interface KeyRow {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  readonly labels: Record<string, string>;
  readonly fields: Record<string, string>;
}
export interface ObjectRow extends KeyRow {
  readonly body: string;
  /** Set when a renewal is newer than the object. */
  readonly renewed: string | null;
}
export interface RefRow extends KeyRow {
  readonly owner_uids: string[];
  readonly created_at: Date;
}

/**
 * The resource as a literal, so that the planner sees one partition. As a parameter it made every plan one for all
 * partitions, which Postgres then planned anew at each execution. Kinds are few, so are the statements.
 */
export const isResource = (resource: ResourceId): string => `o.resource = ${pg.escapeLiteral(cleanText(resource))}`;

const NEWER = 'l.revision > o.revision';
const KEY = 'o.resource, o.namespace, o.name, o.uid, o.labels, o.fields';

/** Every other resource is spared the join: the planner cannot know that it is empty. */
export const mayBeNodeLease = (resource: ResourceId): boolean => resource === LEASES;

/** Without labels and fields, whose JSON pg would parse for each row. */
export const textColumns = (overlay: boolean): string =>
  overlay
    ? 'o.body, greatest(o.revision, l.revision) AS revision, ' +
      `CASE WHEN ${NEWER} THEN ${microTime('l.renew_time')} END AS renewed`
    : 'o.body, o.revision, NULL::text AS renewed';

export const objectColumns = (overlay: boolean): string => `${KEY}, ${textColumns(overlay)}`;

export const refColumns = (overlay: boolean): string =>
  `${KEY}, o.owner_uids, o.created_at, ${overlay ? 'greatest(o.revision, l.revision)' : 'o.revision'} AS revision`;

export const objectsFrom = (overlay: boolean): string =>
  overlay
    ? 'objects o LEFT JOIN node_leases l ' +
      `ON o.resource = '${LEASES}' AND o.namespace = '${LEASE_NAMESPACE}' AND l.node_name = o.name`
    : 'objects o';

export const toObjectText = ({
  renewed,
  body,
  revision,
}: Pick<ObjectRow, 'body' | 'revision' | 'renewed'>): ObjectText => ({
  revision,
  body: renewed === null ? body : withRenewTime(body, renewed),
});

/** Most are sent on as they came: the text is made only where it is asked for. */
class CopiedText implements ObjectText {
  readonly bytes: Buffer;
  readonly revision: number;
  constructor(bytes: Buffer, revision: number) {
    this.bytes = bytes;
    this.revision = revision;
  }
  get body(): string {
    return this.bytes.toString();
  }
}

/** Of `textColumns` in binary: text as UTF-8, the revision as int8. */
export function toCopiedText([body, revision, renewed]: CopiedRow): ObjectText {
  const at = Number(revision?.readBigInt64BE() ?? 0);
  const bytes = body ?? Buffer.alloc(0);
  return renewed == null
    ? new CopiedText(bytes, at)
    : toObjectText({ body: bytes.toString(), revision: at, renewed: renewed.toString() });
}

export const toStoredObject = ({ renewed, body, ...row }: ObjectRow): StoredObject => ({
  resource: row.resource,
  namespace: row.namespace,
  name: row.name,
  uid: row.uid,
  revision: row.revision,
  labels: row.labels,
  fields: row.fields,
  body: renewed === null ? body : withRenewTime(body, renewed),
});

/** `isCut`: there are more although the limit was not passed. */
export function toPage(
  items: readonly StoredObject[],
  limit: number | undefined,
  isCut: boolean,
): Pick<ListPage, 'items' | 'next'> {
  const shown = items.slice(0, limit);
  const last = isCut || shown.length < items.length ? shown.at(-1) : undefined;
  return last === undefined ? { items: shown } : { items: shown, next: { namespace: last.namespace, name: last.name } };
}

export const toObjectRef = ({ owner_uids, created_at, ...row }: RefRow): ObjectRef => ({
  resource: row.resource,
  namespace: row.namespace,
  name: row.name,
  uid: row.uid,
  revision: row.revision,
  labels: row.labels,
  fields: row.fields,
  ownerUids: owner_uids,
  createdAt: created_at.getTime(),
});
