/**
 * A list as it was at a revision that the change log still reaches: what has not changed since, and of everything else
 * what the first change after it replaced. Node leases are renewed without an entry each: of them there is no past.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { QueryConfig } from 'pg';
import { type BoundedRow, isCut } from './bounded-rows.ts';
import { cleanText } from './clean-text.ts';
import { LEASES } from './lease-overlay.ts';
import { conditions, toQuery, withinBytes } from './list-query.ts';
import type { ListQuery, PastPage } from './object-store.ts';
import { type ObjectRow, toPage, toStoredObject } from './stored-rows.ts';

interface Bounds {
  readonly compacted: number;
  readonly current: number;
}
/** NULLs in the only row of an empty list. A body that was not kept is older than the migration that keeps it. */
export type PastRow = Bounds &
  BoundedRow &
  ((Omit<ObjectRow, 'body'> & { readonly body: string | null }) | { readonly resource: null });

/** All objects of the resource as they were. */
const objectsAt = (resource: string, revision: number): SQL => sql`(
        SELECT n.resource, n.namespace, n.name, n.uid, n.labels, n.fields, n.body, n.revision
        FROM objects n WHERE n.resource = ${resource} AND n.revision <= ${revision}
        UNION ALL
        SELECT g.resource, g.namespace, g.name, g.uid, g.previous_labels, g.previous_fields,
          coalesce(g.previous_body, CASE WHEN g.type = 'DELETED' THEN g.body END), g.previous_revision
        FROM (
          SELECT DISTINCT ON (g.namespace, g.name) g.* FROM change_log g
          WHERE g.resource = ${resource} AND g.revision > ${revision}
          ORDER BY g.namespace, g.name, g.revision
        ) g WHERE g.type <> 'ADDED'
      ) o`;

/** One row more than the limit tells whether there are more. */
export function pastStatement(query: ListQuery, revision: number): QueryConfig {
  const limit = query.limit === undefined ? sql`` : sql`LIMIT ${query.limit + 1}`;
  const rows = sql`
      SELECT o.resource, o.namespace, o.name, o.uid, o.labels, o.fields, o.body, o.revision, NULL AS renewed
      FROM ${objectsAt(cleanText(query.resource), revision)}
      WHERE r.compacted <= ${revision} AND ${conditions(query)} ORDER BY o.namespace, o.name ${limit}`;
  return toQuery(sql`
    SELECT r.current, r.compacted, o.* FROM revisions r LEFT JOIN LATERAL (
      ${withinBytes(rows, query)}
    ) o ON true ORDER BY o.namespace, o.name`);
}

/** Good as long as the revision is not compacted: what a page of it says beside. */
export const pastCountStatement = (query: ListQuery, revision: number): QueryConfig =>
  toQuery(sql`
    SELECT count(*) AS count FROM ${objectsAt(cleanText(query.resource), revision)} WHERE ${conditions(query)}`);

export function pastPage(query: ListQuery, revision: number, rows: readonly PastRow[]): PastPage {
  const { current = 0, compacted = 0 } = rows[0] ?? {};
  const found = rows.flatMap((row) => (row.resource === null ? [] : [row]));
  const isLost = found.some(({ body }) => body === null) || (query.resource === LEASES && revision < current);
  if (isLost) {
    return { revision, items: [], current, compacted: revision + 1 };
  }
  const items = found.map(({ current: _, compacted: __, body, ...row }) =>
    toStoredObject({ ...row, body: body ?? '' }),
  );
  return { ...toPage(items, query.limit, isCut(found)), revision, current, compacted };
}
