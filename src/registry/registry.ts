/**
 * The generic store over the table of kinds: every verb, for every kind, with one fixed hook order. The contract
 * that `api/`, `kubelet/` and `controllers/` build on. All failures are StatusErrors.
 */
import type { StatusError } from '../errors.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import type { ChangeBatch, DueRef, ObjectPlace, ObjectRef, RefPage } from '../storage/object-store.ts';
import type { ResourceId, StoredObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import type { Listed, ListedStream, WatchBatch, Written } from './answers.ts';
import type {
  DeleteOptions,
  GetOptions,
  ListOptions,
  PatchOptions,
  PatchType,
  RefSelection,
  Selection,
  StatusChange,
  WatchOptions,
  WriteOptions,
} from './requests.ts';

/* api/, kubelet/ and controllers/ may not import storage/: what they need of its vocabulary comes from here. */
export type { Change, ChangeBatch, DueRef, Fence, ObjectPlace, ObjectRef } from '../storage/object-store.ts';
export {
  decodeObject,
  encodeBody,
  type ObjectText,
  type ResourceId,
  renderBytes,
  renderJson,
  type StoredObject,
} from '../storage/stored-object.ts';
export type * from './answers.ts';
export type * from './requests.ts';

/** What a kind's change makes due, computed from the object before and after; pure. Given to the registry as a list. */
export interface Trigger {
  readonly resource: ResourceId;
  readonly dueOn: (change: { readonly before?: KubeObject; readonly after?: KubeObject }) => readonly DueRef[];
}

/** The verbs for writes that are held back until `commit`; each object may be written once. */
export interface Transaction extends Pick<Registry, 'createAllSent' | 'update' | 'updateStatus' | 'patch' | 'delete'> {
  /** All or nothing. Rejects with 503 when the outcome is unknown. A dry run makes the same checks. */
  commit(dryRun?: boolean): Promise<{
    /** Then nothing was written. */
    readonly isRefused: boolean;
    refusalOf(object: StoredObject): StatusError | undefined;
    /** The object as a verb answered it, with the version that it has now. */
    asWritten(object: StoredObject): StoredObject;
  }>;
}

export interface Registry {
  /** Looks a kind up by group and plural; throws NotFound "the server could not find the requested resource". */
  definition(group: string, plural: string): ResourceDefinition;
  definitions(): readonly ResourceDefinition[];

  create(id: ResourceId, namespace: string, object: unknown, options?: WriteOptions): Promise<Written>;
  /** Creates many of one kind in as few commits as possible; each has its own outcome. */
  createAll(id: ResourceId, objects: readonly KubeObject[], options?: WriteOptions): Promise<(Written | Error)[]>;
  /**
   * The same for objects as clients sent them: decoded and checked as by `create`, each namespace its object's own,
   * and a commit that fails for some of them fails for those alone.
   */
  createAllSent(id: ResourceId, objects: unknown[], options?: WriteOptions): Promise<(Written | Error)[]>;
  beginTransaction(): Transaction;
  get(id: ResourceId, namespace: string, name: string, options?: GetOptions): Promise<StoredObject>;
  find(id: ResourceId, namespace: string, name: string): Promise<StoredObject | undefined>;
  getMany(id: ResourceId, keys: readonly { namespace: string; name: string }[]): Promise<StoredObject[]>;
  list(id: ResourceId, options: ListOptions): Promise<Listed>;
  /** In bounded memory. The caller aborts the signal when done, also after an error. */
  listStream(id: ResourceId, options: ListOptions, signal: AbortSignal): Promise<ListedStream>;
  listRefs(id: ResourceId, selection: RefSelection): Promise<{ revision: number; items: ObjectRef[] }>;
  update(id: ResourceId, namespace: string, name: string, object: unknown, options?: WriteOptions): Promise<Written>;
  updateStatus(
    id: ResourceId,
    namespace: string,
    name: string,
    object: unknown,
    options?: WriteOptions,
  ): Promise<Written>;
  /** Writes the part of the object that the kind's subresource of that name is for, and nothing else. */
  updatePart(
    id: ResourceId,
    namespace: string,
    name: string,
    part: string,
    object: unknown,
    options?: WriteOptions,
  ): Promise<Written>;
  patch(
    id: ResourceId,
    namespace: string,
    name: string,
    type: PatchType,
    patch: unknown,
    options?: PatchOptions,
  ): Promise<Written>;
  /**
   * Read, change, compare-and-set, again on conflict (bounded). `change` edits the object in place and returns false
   * for "nothing to do". `subresource` keeps everything but its own part, e.g. `status`. Used by reconcilers.
   */
  modify<T extends KubeObject>(
    id: ResourceId,
    namespace: string,
    name: string,
    change: (object: T) => boolean | undefined,
    options?: WriteOptions & { subresource?: string; uid?: string },
  ): Promise<StoredObject | undefined>;
  /**
   * Many status writes in one group commit, compared on the given objects' resourceVersion; answers in order.
   * `after` is the same with a new status.
   */
  updateStatuses(
    id: ResourceId,
    changes: readonly StatusChange[],
    options?: WriteOptions,
  ): Promise<(StoredObject | Error)[]>;
  /** Starts or completes a deletion, by grace period and finalizers. `removed` when the row is gone. */
  delete(
    id: ResourceId,
    namespace: string,
    name: string,
    options?: DeleteOptions,
  ): Promise<{ object: StoredObject; removed: boolean }>;
  /**
   * The same for many objects as read, in one group of commits. Answers in order: what is left of it, undefined when it
   * was gone or another one has its name.
   */
  deleteAll(
    id: ResourceId,
    objects: readonly StoredObject[],
    options?: DeleteOptions,
  ): Promise<(StoredObject | undefined | Error)[]>;
  deleteCollection(id: ResourceId, selection: Selection, options?: DeleteOptions): Promise<Listed>;
  /**
   * policy/v1 Eviction: deletes a pod if its disruption budget allows. Throws 429 with the cause DisruptionBudget when
   * it does not, 500 when several budgets select the pod.
   */
  evict(namespace: string, podName: string, options?: DeleteOptions): Promise<void>;
  /**
   * The `finalize` subresource of a namespace: takes over `spec.finalizers` and nothing else. With the last finalizer
   * of a terminating namespace the namespace itself goes. For the namespace controller.
   */
  finalizeNamespace(name: string, namespace: unknown, options?: WriteOptions): Promise<Written>;
  /** autoscaling/v1 Scale of a kind with a scale subresource. */
  getScale(id: ResourceId, namespace: string, name: string): Promise<KubeObject>;
  updateScale(
    id: ResourceId,
    namespace: string,
    name: string,
    scale: unknown,
    options?: WriteOptions,
  ): Promise<{ readonly scale: KubeObject; readonly warnings: readonly string[] }>;
  /** Binds a pod: 409 if bound already; sets PodScheduled. */
  bind(namespace: string, podName: string, binding: unknown, options?: WriteOptions): Promise<void>;
  bindAll(
    bindings: readonly { pod: StoredObject; nodeName: string }[],
    options?: WriteOptions,
  ): Promise<(StoredObject | Error)[]>;

  /**
   * Objects of any kind that name one of `uids` among their owners, in the order of their keys, and where those of `uids`
   * are that exist: for garbage collection.
   */
  dependentsOf(uids: readonly string[], page?: RefPage): Promise<readonly ObjectRef[]>;
  locate(uids: readonly string[]): Promise<ReadonlyMap<string, ObjectPlace>>;

  watch(id: ResourceId, options: WatchOptions): AsyncIterable<WatchBatch>;
  /** The same over several kinds, in one order. */
  watchKinds(ids: readonly ResourceId[], options: WatchOptions): AsyncIterable<WatchBatch>;
  /** All kinds at once, unfiltered, for caches. */
  changes(options: {
    from: number;
    resources: ReadonlySet<ResourceId>;
    signal: AbortSignal;
    eagerProgress?: boolean;
  }): AsyncIterable<ChangeBatch>;
  currentRevision(): Promise<number>;
}
