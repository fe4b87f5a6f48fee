/**
 * An ObjectStore and ChangeFeed in memory with the guarantees of the real one: answered writes stay, revisions are
 * dense and in commit order, a list and its revision are one snapshot, the feed delivers each change once, in order.
 * For unit tests of what is built on the contract. `compact` and the `before…` hooks make the hard cases happen.
 */
import { expired, StatusError } from '../../src/errors.ts';
import type {
  Change,
  ChangeBatch,
  ChangeFeed,
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
} from '../../src/storage/object-store.ts';
import type { StoredObject } from '../../src/storage/stored-object.ts';
import { matchesFields } from '../../src/values/field-selector.ts';
import { matchesLabels } from '../../src/values/label-selector.ts';
import { placesOfUids } from './places-of-uids.ts';

interface Row {
  readonly object: StoredObject;
  readonly ownerUids: readonly string[];
  readonly controllerUid: string;
  readonly createdAt: number;
  readonly claims: readonly string[];
}

const keyOf = (resource: string, namespace: string, name: string): string => `${resource}\0${namespace}\0${name}`;
const order = (a: Row, b: Row): number =>
  a.object.namespace === b.object.namespace
    ? compare(a.object.name, b.object.name)
    : compare(a.object.namespace, b.object.namespace);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const TYPES = { create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const;

export class MemoryStore implements ObjectStore, ChangeFeed {
  readonly #rows = new Map<string, Row>();
  #log: Change[] = [];
  #revision = 0;
  #oldest = 0;
  #wake: (() => void)[] = [];
  /** Every write that was tried, for assertions. */
  readonly writes: Write[] = [];
  /** Runs before each commit; lets a test win a race. */
  beforeCommit: ((write: Write) => Promise<void> | void) | undefined;

  get revision(): number {
    return this.#revision;
  }
  get oldestRevision(): number {
    return this.#oldest;
  }

  /** Forgets all changes up to `revision`. */
  compact(revision: number): void {
    this.#oldest = revision;
    this.#log = this.#log.filter((change) => change.revision > revision);
  }

  async commit(write: Write): Promise<WriteResult> {
    await this.beforeCommit?.(write);
    const result = this.#apply(write);
    this.#notify();
    return result;
  }

  async commitAll(writes: readonly Write[]): Promise<WriteResult[]> {
    const results: WriteResult[] = [];
    for (const write of writes) {
      await this.beforeCommit?.(write);
      results.push(this.#apply(write));
    }
    this.#notify();
    return results;
  }

  async commitTogether(writes: readonly Write[], dryRun: boolean): Promise<WriteResult[]> {
    for (const write of writes) {
      await this.beforeCommit?.(write);
    }
    const refusals = writes.map((write) => this.#refusal(write));
    const isWritten = !dryRun && refusals.every((refusal) => refusal === undefined);
    const results = writes.map((write, at): WriteResult => {
      const verdict = refusals[at] ?? { ok: true, revision: this.#revision + at + 1 };
      return isWritten ? this.#apply(write) : verdict;
    });
    this.#notify();
    return results;
  }

  #apply(write: Write): WriteResult {
    this.writes.push(write);
    const refusal = this.#refusal(write);
    if (refusal !== undefined) {
      return refusal;
    }
    const key = keyOf(write.resource, write.namespace, write.name);
    return this.#put(key, write, TYPES[write.op], this.#rows.get(key));
  }

  #refusal(write: Write): WriteResult | undefined {
    if (write.fence !== undefined && write.fence.holder === 'nobody') {
      return { ok: false, reason: 'fenced' };
    }
    const row = this.#rows.get(keyOf(write.resource, write.namespace, write.name));
    if (write.op === 'create') {
      return row === undefined ? this.#contested(write) : { ok: false, reason: 'exists' };
    }
    if (row === undefined) {
      return { ok: false, reason: 'gone' };
    }
    const isSame = row.object.uid === write.expected.uid && row.object.revision === write.expected.revision;
    return isSame ? this.#contested(write) : { ok: false, reason: 'conflict' };
  }

  #contested({ resource, namespace, name, claims = [] }: Write): WriteResult | undefined {
    return this.#claimed(resource, claims, { namespace, name }).size === 0
      ? undefined
      : { ok: false, reason: 'claimed' };
  }

  #claimed(resource: string, claims: readonly string[], holder: { namespace: string; name: string }): Set<string> {
    const own = keyOf(resource, holder.namespace, holder.name);
    const held = [...this.#rows].filter(([key, { object }]) => object.resource === resource && key !== own);
    const taken = new Set(held.flatMap(([, row]) => row.claims));
    return new Set(claims.filter((claim) => taken.has(claim)));
  }

  async claimedByOthers(...args: Parameters<ObjectStore['claimedByOthers']>): Promise<Set<string>> {
    return this.#claimed(...args);
  }

  #put(key: string, write: Write, type: Change['type'], before: Row | undefined): WriteResult {
    this.#revision += 1;
    const { resource, namespace, name, uid, labels, fields, body, ownerUids, controllerUid } = write;
    const object: StoredObject = { resource, namespace, name, uid, revision: this.#revision, labels, fields, body };
    if (type === 'DELETED') {
      this.#rows.delete(key);
    } else {
      this.#rows.set(key, {
        object,
        ownerUids,
        controllerUid,
        createdAt: before?.createdAt ?? 0,
        claims: write.claims ?? [],
      });
    }
    const previous =
      write.op === 'update' ? { labels: write.expected.labels, fields: write.expected.fields } : undefined;
    this.#log.push({ revision: this.#revision, type, object, ...(previous === undefined ? {} : { previous }) });
    return { ok: true, revision: this.#revision };
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) {
      wake();
    }
  }

  async get(resource: string, namespace: string, name: string): Promise<StoredObject | undefined> {
    return this.#rows.get(keyOf(resource, namespace, name))?.object;
  }

  async getMany(resource: string, keys: readonly { namespace: string; name: string }[]): Promise<StoredObject[]> {
    return keys.flatMap(({ namespace, name }) => this.#rows.get(keyOf(resource, namespace, name))?.object ?? []);
  }

  #select(query: ListQuery): Row[] {
    const {
      resource,
      namespace,
      name,
      labels = [],
      fields = [],
      controllerUid,
      ownerUid,
      createdBefore,
      after,
    } = query;
    return [...this.#rows.values()]
      .filter(({ object, ...row }) => {
        const values = {
          ...object.fields,
          'metadata.name': object.name,
          'metadata.namespace': object.namespace,
        };
        return (
          object.resource === resource &&
          (namespace === undefined || object.namespace === namespace) &&
          (name === undefined || object.name === name) &&
          (controllerUid === undefined || row.controllerUid === controllerUid) &&
          (ownerUid === undefined || row.ownerUids.includes(ownerUid)) &&
          (createdBefore === undefined || row.createdAt < createdBefore) &&
          matchesLabels(labels, object.labels) &&
          matchesFields(fields, values)
        );
      })
      .sort(order)
      .filter(
        ({ object }) =>
          after === undefined ||
          object.namespace > after.namespace ||
          (object.namespace === after.namespace && object.name > after.name),
      );
  }

  async list(query: ListQuery): Promise<ListPage> {
    const rows = this.#select(query);
    const page = query.limit === undefined ? rows : rows.slice(0, query.limit);
    const items = page.map(({ object }) => object);
    const last = items.at(-1);
    if (page.length === rows.length || last === undefined) {
      return { revision: this.#revision, items };
    }
    const next = { namespace: last.namespace, name: last.name };
    const isCounted = (query.labels ?? []).length + (query.fields ?? []).length === 0;
    return { revision: this.#revision, items, next, ...(isCounted ? { remaining: rows.length - page.length } : {}) };
  }

  /** In batches of 100, of the state at the call. */
  async listStream(query: ListQuery, signal: AbortSignal): Promise<ListStream> {
    const { items, ...page } = await this.list(query);
    if (items.length <= 100) {
      return { ...page, items };
    }
    const rest = async function* (): AsyncGenerator<StoredObject[]> {
      for (let at = 100; at < items.length; at += 100) {
        signal.throwIfAborted();
        yield items.slice(at, at + 100);
      }
    };
    return { ...page, items: items.slice(0, 100), rest: rest() };
  }

  /** It keeps no past. */
  async listAt(query: ListQuery, revision: number, counts = false): Promise<PastPage> {
    const page = await this.list(query);
    const isPresent = revision === page.revision;
    const bounds = { current: page.revision, compacted: isPresent ? 0 : revision + 1 };
    const next = page.next === undefined ? {} : { next: page.next };
    const remaining = counts && page.remaining !== undefined ? { remaining: page.remaining } : {};
    return { revision, items: isPresent ? page.items : [], ...bounds, ...next, ...remaining };
  }

  async listRefs(query: ListQuery): Promise<{ revision: number; items: ObjectRef[] }> {
    const rows = this.#select(query).slice(0, query.limit);
    const items = rows.map(({ object: { body: _, ...ref }, ownerUids, createdAt }) => ({
      ...ref,
      ownerUids,
      createdAt,
    }));
    return { revision: this.#revision, items };
  }

  async locate(uids: readonly string[]): Promise<Map<string, ObjectPlace>> {
    const objects = [...this.#rows.values()].map(({ object }) => object);
    return placesOfUids(objects, uids);
  }

  async dependentsOf(uids: readonly string[], { limit, after }: RefPage = {}): Promise<ObjectRef[]> {
    const keyOf = ({ resource, namespace, name }: Pick<ObjectRef, 'resource' | 'namespace' | 'name'>): string =>
      `${resource}\0${namespace}\0${name}`;
    return [...this.#rows.values()]
      .filter(({ ownerUids }) => ownerUids.some((owner) => uids.includes(owner)))
      .filter(({ object }) => after === undefined || keyOf(object) > keyOf(after))
      .sort((a, b) => (keyOf(a.object) < keyOf(b.object) ? -1 : 1))
      .slice(0, limit)
      .map(({ object: { body: _, ...ref }, ownerUids, createdAt }) => ({ ...ref, ownerUids, createdAt }));
  }

  async currentRevision(): Promise<number> {
    return this.#revision;
  }

  async *changes(options: Parameters<ChangeFeed['changes']>[0]): AsyncGenerator<ChangeBatch> {
    const { resources, signal } = options;
    let at = options.from;
    while (!signal.aborted) {
      if (at < this.#oldest) {
        throw expired(at, this.#oldest);
      }
      if (at > this.#revision) {
        throw new StatusError('Timeout', `Too large resource version: ${at}, current: ${this.#revision}`);
      }
      if (at < this.#revision) {
        const fresh = this.#log.filter((change) => change.revision > at);
        at = this.#revision;
        yield {
          revision: at,
          changes: fresh.filter(({ object }) => resources === undefined || resources.has(object.resource)),
        };
      } else {
        await this.#next(signal);
      }
    }
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wake.push(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
