/**
 * An object store whose writes are held back: what was staged can be read, nothing of it is in the store beneath until
 * someone commits `writes`. Lists and other look-ups see the store beneath alone.
 */
import { StatusError } from '../errors.ts';
import type { ListQuery, ObjectStore, Write, WriteResult } from '../storage/object-store.ts';
import type { ResourceId, StoredObject } from '../storage/stored-object.ts';
import { rehearse, storedFrom } from './commit.ts';

type Key = Pick<Write, 'resource' | 'namespace' | 'name'>;
export const stagedKey = ({ resource, namespace, name }: Key): string => `${resource}\0${namespace}\0${name}`;

/** One transaction changes a row once, and a version that is not written yet cannot be compared with. */
const writtenTwice = ({ resource, name }: Key): StatusError =>
  new StatusError(
    'BadRequest',
    `${resource} "${name}" is written more than once: all or nothing allows one write an object`,
  );

export class StagedObjects implements ObjectStore {
  readonly #beneath: ObjectStore;
  readonly #staged = new Map<string, Write>();

  constructor(beneath: ObjectStore) {
    this.#beneath = beneath;
  }

  get writes(): readonly Write[] {
    return [...this.#staged.values()];
  }

  async commit(write: Write): Promise<WriteResult> {
    const key = stagedKey(write);
    const earlier = this.#staged.get(key);
    if (earlier?.op === 'create' && write.op === 'create') {
      return { ok: false, reason: 'exists' };
    }
    if (earlier !== undefined) {
      throw writtenTwice(write);
    }
    this.#staged.set(key, write);
    return rehearse(write);
  }

  commitAll(writes: readonly Write[]): Promise<WriteResult[]> {
    return Promise.all(writes.map((write) => this.commit(write)));
  }

  commitTogether(writes: readonly Write[]): Promise<WriteResult[]> {
    return this.commitAll(writes);
  }

  async get(resource: ResourceId, namespace: string, name: string): Promise<StoredObject | undefined> {
    const staged = this.#staged.get(stagedKey({ resource, namespace, name }));
    if (staged === undefined) {
      return this.#beneath.get(resource, namespace, name);
    }
    const { revision } = staged.op === 'create' ? { revision: 0 } : staged.expected;
    return staged.op === 'delete' ? undefined : storedFrom(staged, revision);
  }

  async getMany(resource: ResourceId, keys: readonly { namespace: string; name: string }[]): Promise<StoredObject[]> {
    const found = await Promise.all(keys.map(({ namespace, name }) => this.get(resource, namespace, name)));
    return found.filter((object) => object !== undefined);
  }

  /** What is claimed by the writes that wait counts too; what they give up is not free yet. */
  async claimedByOthers(
    resource: ResourceId,
    claims: readonly string[],
    holder: { readonly namespace: string; readonly name: string },
  ): Promise<Set<string>> {
    const own = stagedKey({ resource, ...holder });
    const staged = this.writes
      .filter((write) => write.resource === resource && stagedKey(write) !== own)
      .flatMap((write) => write.claims ?? []);
    const taken = new Set(staged);
    const beneath = await this.#beneath.claimedByOthers(resource, claims, holder);
    return new Set(claims.filter((claim) => beneath.has(claim) || taken.has(claim)));
  }

  list = (query: ListQuery) => this.#beneath.list(query);
  listStream = (query: ListQuery, signal: AbortSignal) => this.#beneath.listStream(query, signal);
  listAt: ObjectStore['listAt'] = (query, revision, counts) => this.#beneath.listAt(query, revision, counts);
  listRefs = (query: ListQuery) => this.#beneath.listRefs(query);
  locate = (uids: readonly string[]) => this.#beneath.locate(uids);
  dependentsOf: ObjectStore['dependentsOf'] = (uids, page) => this.#beneath.dependentsOf(uids, page);
  currentRevision = () => this.#beneath.currentRevision();
}
