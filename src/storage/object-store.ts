/**
 * The contract of the object store: what `registry/` may ask of Postgres. Implemented by `postgres-object-store.ts`.
 * Guarantees: an answered write is durable; revisions are dense and in commit order; a list and its revision are one
 * snapshot; the feed delivers every change after a revision, in order, once.
 */
import type { FieldRequirement, LabelRequirement } from '../values/selector.ts';
import type { ObjectText, ResourceId, StoredObject } from './stored-object.ts';

/** A shard's run, checked inside the transaction: the write is refused as `fenced` if another holder took over. */
export interface Fence {
  readonly shard: string;
  readonly holder: string;
  readonly epoch: number;
}

/** Work made due by a write, in the same transaction (a transactional outbox: nothing is lost between the two). */
export interface DueRef {
  /** The shard that does the work, e.g. `kubelet/7` or `controller/replicaset`. */
  readonly shard: string;
  readonly key: string;
  /** Milliseconds from now; default 0. An earlier due time of the same key is kept. */
  readonly afterMs?: number;
}

interface WriteBase {
  readonly resource: ResourceId;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  /** UIDs of all owners; the controller's own, '' when none. */
  readonly ownerUids: readonly string[];
  readonly controllerUid: string;
  /** Canonical text, see `encodeBody`. For a delete: the last state, kept in the change log. */
  readonly body: string;
  /** What no other object of the resource may have while this one is there. Undefined: the kind claims nothing. */
  readonly claims?: readonly string[];
  readonly due?: readonly DueRef[];
  readonly fence?: Fence;
}
/** What the writer read before: compare-and-set on uid and revision; labels and fields let selectors see objects leave. */
export interface Expected {
  readonly uid: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}
export type Write =
  | (WriteBase & { readonly op: 'create' })
  | (WriteBase & { readonly op: 'update'; readonly expected: Expected })
  | (WriteBase & { readonly op: 'delete'; readonly expected: Expected });

export type WriteResult =
  | { readonly ok: true; readonly revision: number }
  /**
   * `exists`: create of a taken name. `conflict`: uid or revision differ. `gone`: the row is no longer there.
   * `claimed`: another object has what this one claims, or was about to.
   */
  | { readonly ok: false; readonly reason: 'exists' | 'conflict' | 'gone' | 'fenced' | 'claimed' };

export interface ListQuery {
  readonly resource: ResourceId;
  /** undefined: all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly labels?: readonly LabelRequirement[];
  /** Paths of the `fields` column, and `metadata.name` and `metadata.namespace`, which stand for the key columns. */
  readonly fields?: readonly FieldRequirement[];
  /** Only what is bound to one of these nodes. */
  readonly nodeNames?: readonly string[];
  readonly controllerUid?: string;
  readonly ownerUid?: string;
  /** Milliseconds since the epoch: only rows created before then. */
  readonly createdBefore?: number;
  readonly limit?: number;
  /** With a limit: also so many bytes of bodies at most, or one object. Default: 8 MiB. */
  readonly maxBytes?: number;
  /** Continue strictly after this key, in (namespace, name) order. */
  readonly after?: { readonly namespace: string; readonly name: string };
  /** Nobody asks how many come after the limit: a count at each page takes longer than the pages of a long list. */
  readonly uncounted?: boolean;
  /** Who asks. Callers have turns: a flood of one keeps no other waiting. */
  readonly caller?: string;
}
export interface ListPage {
  /** The snapshot's revision. */
  readonly revision: number;
  readonly items: readonly StoredObject[];
  /** Set when the limit, or the bytes of a page, cut the list off. */
  readonly next?: { readonly namespace: string; readonly name: string };
  /** How many come after `next`; only where no selector chooses. */
  readonly remaining?: number;
}
/** A list of any length, all of one snapshot: the first items, and the others as they are asked for. */
export interface ListStream extends Omit<ListPage, 'items'> {
  readonly items: readonly ObjectText[];
  /** Left out when `items` is all, empty when they are none. Holds a connection until it is read to its end or the signal aborts. */
  readonly rest?: AsyncIterable<readonly ObjectText[]>;
}
/** A part of the answer: the next so many, strictly after a key in (resource, namespace, name) order. */
export interface RefPage {
  readonly limit?: number;
  readonly after?: { readonly resource: ResourceId; readonly namespace: string; readonly name: string };
}
/** Namespace '' for what is in none. */
export interface ObjectPlace {
  readonly resource: ResourceId;
  readonly namespace: string;
  readonly name: string;
}
/** A row without its body, for reconcilers that only count and compare. */
export type ObjectRef = Omit<StoredObject, 'body'> & {
  readonly ownerUids: readonly string[];
  readonly createdAt: number;
};

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';
/** One entry of the change log. For DELETED `object.revision` is the deletion's revision. */
export interface Change {
  readonly revision: number;
  readonly type: ChangeType;
  readonly object: StoredObject;
  /**
   * All labels and fields before a MODIFIED; left out when neither changed. Lets a watcher see an object leave its
   * selector. A DELETED carries in `object` those of the state before.
   */
  readonly previous?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly fields: Readonly<Record<string, string>>;
  };
}

/** A list as it was. */
export interface PastPage extends ListPage {
  /** Up to which revision the past is gone: a page before it is empty. */
  readonly compacted: number;
  /** The newest revision there is. */
  readonly current: number;
}

export interface ObjectStore {
  /** Joins the next group commit. Rejects with StatusError 429 when the queue is full, 503 when the outcome is unknown. */
  commit(write: Write): Promise<WriteResult>;
  /** Several writes at once, in order, each with its own answer; not atomic as a whole. */
  commitAll(writes: readonly Write[]): Promise<WriteResult[]>;
  /**
   * One transaction: if any is refused, none is written, and each answer says what its own write would have been.
   * A dry run is rolled back whatever the answers. No two may name the same object.
   */
  commitTogether(writes: readonly Write[], dryRun: boolean): Promise<WriteResult[]>;
  get(resource: ResourceId, namespace: string, name: string): Promise<StoredObject | undefined>;
  /** Objects by key in one query; missing ones are left out, order is not kept. */
  getMany(resource: ResourceId, keys: readonly { namespace: string; name: string }[]): Promise<StoredObject[]>;
  list(query: ListQuery): Promise<ListPage>;
  /** In bounded memory. The caller aborts the signal when done, also after an error. 429 when too many are under way. */
  listStream(query: ListQuery, signal: AbortSignal): Promise<ListStream>;
  /**
   * The list at a past revision, from the change log. `revision` is the one asked for; only what the answer says of
   * `compacted` and `current` tells whether there was such a one. `counts`: also how many come after the page.
   */
  listAt(query: ListQuery, revision: number, counts?: boolean): Promise<PastPage>;
  listRefs(query: ListQuery): Promise<{ revision: number; items: ObjectRef[] }>;
  /** Where the objects with `uids` are, of any resource; those that are not there are left out. For garbage collection. */
  locate(uids: readonly string[]): Promise<Map<string, ObjectPlace>>;
  /** Objects of any resource with any of `uids` among their owners, in the order of their keys; `page`: a part of them. */
  dependentsOf(uids: readonly string[], page?: RefPage): Promise<ObjectRef[]>;
  /** Which of the claims others than `holder` have. */
  claimedByOthers(
    resource: ResourceId,
    claims: readonly string[],
    holder: { readonly namespace: string; readonly name: string },
  ): Promise<Set<string>>;
  currentRevision(): Promise<number>;
}

export interface ChangeFeed {
  /**
   * Every change with revision > `from`, in order, without gaps, until the signal aborts. `resources` undefined: all.
   * Throws StatusError Expired when `from` was compacted away, BadRequest-style Timeout when it lies in the future.
   * `onProgress` is told the revision up to which everything was delivered, for bookmarks.
   */
  changes(options: {
    readonly from: number;
    readonly resources?: ReadonlySet<ResourceId>;
    readonly signal: AbortSignal;
    /** Progress at every commit, whatever it changed: for a view that must know at once how fresh it is. */
    readonly eagerProgress?: boolean;
  }): AsyncIterable<ChangeBatch>;
  /** Last revision this process has published. */
  readonly revision: number;
  /** Lowest revision that a reader may still resume from; what came before was compacted. May lag a little. */
  readonly oldestRevision: number;
}
/**
 * What gathered within a tick: one object for all readers that want the same and are equally far, so that what is
 * made of it can be shared. `revision`: everything up to it has been delivered, also when `changes` is empty. */
export interface ChangeBatch {
  readonly revision: number;
  readonly changes: readonly Change[];
}
