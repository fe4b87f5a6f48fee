/**
 * Rows of a statement up to so many bytes of bodies, and the row that passes them: at least one. A page of 500 objects
 * is 1 MB as pods are, and could be 700 as ConfigMaps may be. `octet_length` asks a body that lies out of line, as all
 * large ones do, for its header alone: what is left out is not read. Costs 1.3 µs of Postgres a row of 2.4 KB, of 5.5 for
 * the row itself and 9 here.
 */

/** Of a page that somebody waits for, or that a reconciler works through. */
export const PAGE_BYTES = 8 * 1024 * 1024;

export interface BoundedRow {
  /** That the statement has rows after this one: on the last, that the bound left them out. */
  readonly more?: boolean | null;
}

const LENGTH = 'coalesce(octet_length(b.body), 0)';

/** Around a statement that has these columns, `body` among them, and this order; the bound follows. */
export const boundedRows = (columns: string, order: string): readonly [before: string, after: string] => [
  `SELECT ${columns}, more FROM (SELECT b.*, sum(${LENGTH}) OVER w AS held, lead(true) OVER w AS more FROM (`,
  `) b WINDOW w AS (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)) b WHERE b.held - ${LENGTH} < `,
];

export const isCut = (rows: readonly BoundedRow[]): boolean => rows.at(-1)?.more === true;
