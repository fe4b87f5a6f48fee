/** A ListQuery as SQL. Values are always parameters. */
import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { QueryConfig } from 'pg';
import { boundedRows, PAGE_BYTES } from './bounded-rows.ts';
import { cleanOwnerUid, cleanText } from './clean-text.ts';
import { fieldConditions, INDEXED_FIELDS } from './field-conditions.ts';
import { inlineValues } from './inline-values.ts';
import { labelConditions } from './label-conditions.ts';
import type { ListQuery } from './object-store.ts';
import { isResource, mayBeNodeLease, objectColumns, objectsFrom, refColumns, textColumns } from './stored-rows.ts';

const dialect = new PgDialect();
/** Run by pg itself: drizzle's own execute would answer times and int8 as text. */
export function toQuery(statement: SQL): QueryConfig {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return { text, values: params };
}

export function conditions(query: ListQuery): SQL {
  const { namespace, name, labels = [], fields = [], nodeNames, controllerUid, ownerUid, createdBefore, after } = query;
  const parts = [sql.raw(isResource(query.resource))];
  if (namespace !== undefined) {
    parts.push(sql`o.namespace = ${cleanText(namespace)}`);
  }
  if (name !== undefined) {
    parts.push(sql`o.name = ${cleanText(name)}`);
  }
  if (nodeNames !== undefined) {
    const nodeName = INDEXED_FIELDS['spec.nodeName'];
    parts.push(sql`${nodeName} = ANY (${sql.param(nodeNames.map(cleanText))}::text[]) AND ${nodeName} <> ''`);
  }
  if (controllerUid !== undefined) {
    // The second half lets the partial index serve it.
    parts.push(sql`o.controller_uid = ${cleanOwnerUid(controllerUid)}`);
    parts.push(controllerUid === '' ? sql`true` : sql`o.controller_uid <> ''`);
  }
  if (ownerUid !== undefined) {
    parts.push(sql`o.owner_uids @> ${sql.param([cleanOwnerUid(ownerUid)])}::text[] AND o.owner_uids <> '{}'`);
  }
  if (createdBefore !== undefined) {
    parts.push(sql`o.created_at < ${new Date(createdBefore).toISOString()}::timestamptz`);
  }
  if (after !== undefined) {
    parts.push(sql`(o.namespace, o.name) > (${cleanText(after.namespace)}, ${cleanText(after.name)})`);
  }
  parts.push(...labelConditions(labels), ...fieldConditions(fields));
  return sql.join(parts, sql` AND `);
}

/**
 * One statement, so one snapshot: the revision and the rows, or the revision and NULLs when there are none. The order
 * of the inner query survives: without a join condition the only plan is a loop over the one row of `revisions`, and
 * a second ORDER BY would sort 131 MB for 50,000 pods.
 */
const snapshot = (rows: SQL): QueryConfig =>
  toQuery(sql`SELECT r.current AS snapshot, o.* FROM revisions r LEFT JOIN LATERAL (${rows}) o ON true`);

/** One row more than the limit tells whether there are more. */
function rowsOf(columns: string, query: ListQuery): SQL {
  const from = sql.raw(objectsFrom(mayBeNodeLease(query.resource)));
  const limit = query.limit === undefined ? sql`` : sql`LIMIT ${query.limit + 1}`;
  return sql`SELECT ${sql.raw(columns)} FROM ${from} WHERE ${conditions(query)} ORDER BY o.namespace, o.name ${limit}`;
}

const OBJECT_COLUMNS = 'resource, namespace, name, uid, labels, fields, body, revision, renewed';

/** Of a query with a limit, which need not be reached: also so many bytes. */
export function withinBytes(rows: SQL, { limit, maxBytes = PAGE_BYTES }: ListQuery): SQL {
  const [before, after] = boundedRows(OBJECT_COLUMNS, 'namespace, name');
  return limit === undefined ? rows : sql`${sql.raw(before)}${rows}${sql.raw(after)}${maxBytes}`;
}

export const listStatement = (query: ListQuery): QueryConfig =>
  snapshot(withinBytes(rowsOf(objectColumns(mayBeNodeLease(query.resource)), query), query));

export const listRefsStatement = (query: ListQuery): QueryConfig =>
  snapshot(rowsOf(refColumns(mayBeNodeLease(query.resource)), query));

/** Rows in list order, without a snapshot's revision: for use within a transaction that has one. */
function selection(columns: string, query: ListQuery, offset = 0): SQL {
  const from = sql.raw(objectsFrom(mayBeNodeLease(query.resource)));
  const limit = query.limit === undefined ? sql`` : sql`LIMIT ${query.limit} OFFSET ${offset}`;
  return sql`SELECT ${sql.raw(columns)} FROM ${from} WHERE ${conditions(query)} ORDER BY o.namespace, o.name ${limit}`;
}

/** Whether an index other than the key's may find few rows, to be sorted then. */
export const isSelective = ({ nodeNames, controllerUid, ownerUid, fields = [] }: ListQuery): boolean =>
  nodeNames !== undefined ||
  controllerUid !== undefined ||
  ownerUid !== undefined ||
  fields.some(({ path, operator }) => operator === '=' && INDEXED_FIELDS[path] !== undefined);

/** Body, revision and renewed of each row, in COPY's binary form. COPY takes no parameters. */
export const copyStatement = (query: ListQuery): string => {
  const rows = toQuery(selection(textColumns(mayBeNodeLease(query.resource)), query));
  return `COPY (${inlineValues(rows)}) TO STDOUT (FORMAT binary)`;
};

/** The key of the page's last row, and a second row if there are more. */
export const pageEndStatement = (query: ListQuery, limit: number): QueryConfig =>
  toQuery(selection('o.namespace, o.name', { ...query, limit: 2 }, limit - 1));

/** Of rows that selectors choose nobody is told how many there are more: counting them can take as long as all pages. */
export const isCounted = ({ labels = [], fields = [], uncounted = false }: ListQuery): boolean =>
  !uncounted && labels.length + fields.length === 0;

export const countStatement = (query: ListQuery): QueryConfig =>
  toQuery(sql`SELECT count(*) AS count FROM objects o WHERE ${conditions(query)}`);
