/** Reads of the change log. The log is dense, one entry a revision, and becomes visible in order. */
import type { Pool, QueryConfig, QueryResultRow } from 'pg';
import { type BoundedRow, boundedRows, isCut } from '../bounded-rows.ts';
import { previousOf } from '../commit/to-change.ts';
import { LEASE_NAMESPACE, LEASES, microTime, withRenewTime } from '../lease-overlay.ts';
import type { Change, ChangeType } from '../object-store.ts';
import { readFailed } from '../postgres-errors.ts';
import type { ResourceId } from '../stored-object.ts';
import { type ObjectRow, toStoredObject } from '../stored-rows.ts';
import { changeEntry, type LogEntry, renewalEntry } from './log-entry.ts';

interface LogRow extends Omit<ObjectRow, 'renewed'> {
  readonly type: ChangeType | 'RENEWED';
  readonly previous_labels: Record<string, string> | null;
  readonly previous_fields: Record<string, string> | null;
}
const COLUMNS =
  'revision, type, resource, namespace, name, uid, labels, fields, previous_labels, previous_fields, body';

export interface Revisions {
  readonly current: number;
  /** Entries up to this one are gone. */
  readonly compacted: number;
}
export interface History extends Revisions {
  readonly entries: readonly LogEntry[];
  /** A bound ended them: there may be more. */
  readonly isCut: boolean;
}
export interface HistoryBounds {
  readonly entries: number;
  /** Of bodies; one entry may be larger. */
  readonly bytes: number;
}
const [BEFORE, UP_TO_BYTES] = boundedRows(COLUMNS, 'revision');

export class ChangeLog {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async revisions(): Promise<Revisions> {
    const rows = await this.#query<Revisions>({
      name: 'read-revisions',
      text: 'SELECT current, compacted FROM revisions',
    });
    return rows[0] ?? { current: 0, compacted: 0 };
  }

  /**
   * What follows `after`, within bounds, of some resources or all. One snapshot: if `compacted` is not beyond
   * `after`, nothing is missing.
   */
  async read(
    after: number,
    upTo: number,
    bounds: HistoryBounds,
    resources: ReadonlySet<ResourceId> | undefined,
  ): Promise<History> {
    const rows = await this.#query<Revisions & BoundedRow & (LogRow | { readonly type: null })>({
      name: 'read-change-log',
      text: `SELECT r.current, r.compacted, g.* FROM revisions r LEFT JOIN LATERAL (
               ${BEFORE}SELECT ${COLUMNS} FROM changes g
               WHERE g.revision > $1 AND g.revision <= $2 AND ($3::text[] IS NULL OR g.resource = ANY ($3))
               ORDER BY g.revision LIMIT $4${UP_TO_BYTES}$5::bigint) g ON true ORDER BY g.revision`,
      values: [after, upTo, resources === undefined ? null : [...resources], bounds.entries, bounds.bytes],
    });
    const entries = rows.flatMap((row) => (row.type === null ? [] : this.#toEntry(row)));
    const { current = 0, compacted = 0 } = rows[0] ?? {};
    return { current, compacted, entries, isCut: entries.length === bounds.entries || isCut(rows) };
  }

  /** Watchers are told to come again, as whoever reads an object is. */
  async #query<Row extends QueryResultRow>(statement: QueryConfig): Promise<Row[]> {
    try {
      return (await this.#pool.query<Row>(statement)).rows;
    } catch (error) {
      throw readFailed(error);
    }
  }

  renewal(revision: number, shard: string): LogEntry {
    return renewalEntry(revision, LEASES, () => this.#renewedLeases(revision, shard));
  }

  #toEntry(row: LogRow): LogEntry {
    return row.type === 'RENEWED' ? this.renewal(row.revision, row.name) : changeEntry(toChange(row, row.type));
  }

  /**
   * The leases whose last change is this renewal. One that was renewed, written or deleted since is left out: that
   * change has an entry of its own further on, so every reader ends with the latest state and never sees a newer
   * one under an older revision.
   */
  async #renewedLeases(revision: number, shard: string): Promise<Change[]> {
    const rows = await this.#query<ObjectRow & { renewed: string }>({
      name: 'expand-renewal',
      text: `SELECT o.resource, o.namespace, o.name, o.uid, o.labels, o.fields, o.body, l.revision,
               ${microTime('l.renew_time')} AS renewed
             FROM node_leases l JOIN objects o
               ON o.resource = '${LEASES}' AND o.namespace = '${LEASE_NAMESPACE}' AND o.name = l.node_name
             WHERE l.shard = $2 AND l.revision = $1 AND o.revision < $1
             ORDER BY o.name`,
      values: [revision, shard],
    });
    return rows.map((row) => ({
      revision,
      type: 'MODIFIED',
      object: { ...toStoredObject({ ...row, renewed: null }), body: withRenewTime(row.body, row.renewed) },
    }));
  }
}

function toChange(row: LogRow, type: ChangeType): Change {
  const object = toStoredObject({ ...row, renewed: null });
  const { previous_labels: labels, previous_fields: fields } = row;
  const previous = labels === null || fields === null ? {} : previousOf({ labels, fields }, object);
  return { revision: row.revision, type, object, ...previous };
}
