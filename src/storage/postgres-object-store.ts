/**
 * The object store on Postgres: reads are here, writes join the group commit. See `object-store.ts` for what is
 * guaranteed and `commit/` for how.
 */
import type { QueryConfig, QueryResultRow } from 'pg';
import { internalError } from '../errors.ts';
import { textArray } from './binary-array.ts';
import { type BoundedRow, isCut } from './bounded-rows.ts';
import { cleanOwnerUid, cleanText } from './clean-text.ts';
import type { GroupCommit } from './commit/group-commit.ts';
import type { ChangeLog } from './feed/change-log.ts';
import { GatheredGets } from './gathered-gets.ts';
import { cleanKey, getManyStatement, getStatement, type ObjectKey } from './get-statements.ts';
import type { Queries } from './lanes.ts';
import { countStatement, isCounted, listRefsStatement, listStatement } from './list-query.ts';
import type { ListStreams } from './list-stream/list-streams.ts';
import type {
  ListPage,
  ListQuery,
  ListStream,
  ObjectPlace,
  ObjectRef,
  ObjectStore,
  PastPage,
  RefPage,
  Write,
  WriteResult,
} from './object-store.ts';
import { type PastRow, pastCountStatement, pastPage, pastStatement } from './past-list.ts';
import { readFailed } from './postgres-errors.ts';
import type { ResourceId, StoredObject } from './stored-object.ts';
import {
  type ObjectRow,
  objectsFrom,
  type RefRow,
  refColumns,
  toObjectRef,
  toObjectText,
  toPage,
  toStoredObject,
} from './stored-rows.ts';

/** Lists within these bounds, as most are, are read by one statement, without a transaction. */
const SHORT_LIST = { limit: 100, maxBytes: 1024 * 1024 };

/** Each row has the snapshot's revision beside it; an empty list is one row whose other columns are NULL. */
type Snapshot<Row> = ({ snapshot: number } & Row) | { snapshot: number; resource: null };

export interface ObjectStoreParts {
  /** For objects by key, and other statements that an index answers. */
  readonly gets: Queries;
  readonly lists: Queries;
  readonly commits: GroupCommit;
  readonly log: ChangeLog;
  /** A separate pool for long lists, so that their slow readers take no connection from other reads. */
  readonly streams: ListStreams;
}

export class PostgresObjectStore implements ObjectStore {
  readonly #gets: Queries;
  readonly #lists: Queries;
  readonly #commits: GroupCommit;
  readonly #log: ChangeLog;
  readonly #streams: ListStreams;
  readonly #gathered: GatheredGets;

  constructor({ gets, lists, commits, log, streams }: ObjectStoreParts) {
    this.#gets = gets;
    this.#lists = lists;
    this.#streams = streams;
    this.#commits = commits;
    this.#log = log;
    this.#gathered = new GatheredGets({
      one: (resource, key) => this.#getOne(resource, key),
      many: (resource, keys) => this.getMany(resource, keys),
    });
  }

  async commit(write: Write): Promise<WriteResult> {
    const [result] = await this.#commits.commitAll([write]);
    if (result === undefined) {
      throw internalError(new Error('a write has no result'));
    }
    return result;
  }

  commitAll(writes: readonly Write[]): Promise<WriteResult[]> {
    return this.#commits.commitAll(writes);
  }

  commitTogether(writes: readonly Write[], dryRun: boolean): Promise<WriteResult[]> {
    return this.#commits.commitAll(writes, { dryRun });
  }

  get(resource: ResourceId, namespace: string, name: string): Promise<StoredObject | undefined> {
    return this.#gathered.get(resource, cleanKey({ namespace, name }));
  }

  async #getOne(resource: ResourceId, key: ObjectKey): Promise<StoredObject | undefined> {
    const [row] = await this.#read<ObjectRow>(getStatement(resource, key));
    return row === undefined ? undefined : toStoredObject(row);
  }

  async getMany(resource: ResourceId, keys: readonly ObjectKey[]): Promise<StoredObject[]> {
    if (keys.length === 0) {
      return [];
    }
    return (await this.#read<ObjectRow>(getManyStatement(resource, keys))).map(toStoredObject);
  }

  async list(query: ListQuery): Promise<ListPage> {
    // Without a limit it is not a client who asks, but a hook of what one does: for the few budgets or classes there are.
    const lane = query.limit === undefined ? this.#gets : this.#lists;
    const { revision, rows } = await this.#snapshot<ObjectRow & BoundedRow>(listStatement(query), query, lane);
    const page = { revision, ...toPage(rows.map(toStoredObject), query.limit, isCut(rows)) };
    const { next } = page;
    return next !== undefined && isCounted(query)
      ? { ...page, remaining: await this.#count(countStatement({ ...query, after: next }), query) }
      : page;
  }

  async listStream(query: ListQuery, signal: AbortSignal): Promise<ListStream> {
    const limit = Math.min(query.limit ?? SHORT_LIST.limit, SHORT_LIST.limit);
    const statement = listStatement({ ...query, ...SHORT_LIST, limit });
    const { revision, rows } = await this.#snapshot<ObjectRow & BoundedRow>(statement, query);
    const isWhole = rows.length <= limit && !isCut(rows);
    return isWhole ? { revision, items: rows.map(toObjectText) } : this.#streams.open(query, signal);
  }

  async listAt(query: ListQuery, revision: number, counts = false): Promise<PastPage> {
    const rows = await this.#read<PastRow>(pastStatement(query, revision), this.#lists, query.caller);
    const page = pastPage(query, revision, rows);
    const { next } = page;
    return counts && next !== undefined && isCounted(query)
      ? { ...page, remaining: await this.#count(pastCountStatement({ ...query, after: next }, revision), query) }
      : page;
  }

  async listRefs(query: ListQuery): Promise<{ revision: number; items: ObjectRef[] }> {
    const { revision, rows } = await this.#snapshot<RefRow>(listRefsStatement(query), query);
    return { revision, items: rows.slice(0, query.limit).map(toObjectRef) };
  }

  async locate(uids: readonly string[]): Promise<Map<string, ObjectPlace>> {
    const rows = await this.#read<ObjectPlace & { uid: string }>({
      name: 'locate',
      text: 'SELECT uid, resource, namespace, name FROM objects WHERE uid = ANY ($1::text[])',
      values: [textArray(uids.map(cleanText))],
    });
    return new Map(rows.map(({ uid, ...place }) => [uid, place]));
  }

  async dependentsOf(uids: readonly string[], { limit, after }: RefPage = {}): Promise<ObjectRef[]> {
    const { resource = '', namespace = '', name = '' } = after ?? {};
    const rows = await this.#read<RefRow>({
      name: 'dependents-of',
      // MATERIALIZED: for the LIMIT the planner would otherwise walk all objects in the order of their keys.
      text: `WITH found AS MATERIALIZED (
               SELECT ${refColumns(true)} FROM ${objectsFrom(true)}
               WHERE o.owner_uids && $1::text[] AND o.owner_uids <> '{}'
                 AND (o.resource, o.namespace, o.name) > ($2::text, $3::text, $4::text)
             )
             SELECT * FROM found
             ORDER BY resource, namespace, name LIMIT $5::bigint`,
      values: [textArray(uids.map(cleanOwnerUid)), resource, namespace, name, limit ?? null],
    });
    return rows.map(toObjectRef);
  }

  async claimedByOthers(resource: ResourceId, claims: readonly string[], holder: ObjectKey): Promise<Set<string>> {
    const { namespace, name } = cleanKey(holder);
    const rows = await this.#read<{ claim: string }>({
      name: 'claimed-by-others',
      text: `SELECT claim FROM claims
             WHERE resource = $1 AND claim = ANY ($2::text[]) AND (namespace, name) <> ($3::text, $4::text)`,
      values: [resource, textArray(claims.map(cleanText)), namespace, name],
    });
    return new Set(rows.map(({ claim }) => claim));
  }

  async currentRevision(): Promise<number> {
    try {
      return (await this.#log.revisions()).current;
    } catch (error) {
      throw readFailed(error);
    }
  }

  /** Outside of the list's snapshot: `remainingItemCount` is an estimate, exact while nothing is written. */
  async #count(statement: QueryConfig, { caller }: ListQuery): Promise<number> {
    const rows = await this.#read<{ count: number }>(statement, this.#lists, caller);
    return rows[0]?.count ?? 0;
  }

  async #snapshot<Row extends { resource: string }>(
    statement: QueryConfig,
    { caller }: ListQuery,
    lane = this.#lists,
  ): Promise<{ revision: number; rows: Row[] }> {
    const rows = await this.#read<Snapshot<Row>>(statement, lane, caller);
    return {
      revision: rows[0]?.snapshot ?? 0,
      rows: rows.filter((row): row is { snapshot: number } & Row => row.resource !== null),
    };
  }

  async #read<Row extends QueryResultRow>(statement: QueryConfig, lane = this.#gets, caller?: string): Promise<Row[]> {
    try {
      return (await lane.query<Row>(statement, caller)).rows;
    } catch (error) {
      throw readFailed(error);
    }
  }
}
