/**
 * What a kind is: data plus a few optional hooks. Everything else (REST, watch, streams, discovery, OpenAPI, Table)
 * is a loop over the table in `index.ts`. Adding a kind is one file here and one line there.
 */
import type { StatusCause } from '../errors.ts';
import type { KubeObject } from '../values/object.ts';
import type { StoredForm } from './second-form.ts';

/** Who sends a request. */
export interface Requester {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ResourceContext {
  /** Wall time in milliseconds, from the injected clock. */
  readonly now: number;
  /** Of a create over the API. */
  readonly user?: Requester;
}

/** The words of the model of the kind about one of its fields, by a dotted path. */
export interface FieldDoc {
  readonly field: string;
}

/** A column of the Table form. `priority` > 0 shows in `-o wide` only. `cell` must not throw on any valid object. */
export interface Column<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string | FieldDoc;
  readonly priority?: number;
  readonly cell: (object: T, context: ResourceContext) => string | number | boolean | null;
}

/** `spec.replicas`-style paths for autoscaling/v1 Scale. */
export interface ScaleDefinition {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  /** Where the label selector is, printed in its string form. Absent: none. */
  readonly selectorPath?: string;
  /** What is at `selectorPath`, where that is neither text nor a LabelSelector: labels, each of which must be there. */
  readonly selectorForm?: 'labels';
}

/**
 * A writer of one part of the object, behind a path of its own (`pods/NAME/resize`): GET, PUT and PATCH of the whole
 * object, of which everything else stays as it is stored.
 */
export interface PartWriter<T extends KubeObject = KubeObject> {
  /** `old` with that part of `wanted`, of which it may be made; neither is changed. */
  readonly carryOver: (wanted: T, old: T, context: ResourceContext) => T;
  /** What is asked beside the kind's own `validate`. */
  readonly validate: (object: T, old: T) => StatusCause[];
}

export interface Subresources<T extends KubeObject = KubeObject> {
  /** A separate writer for `.status`: PUT/PATCH on /status changes it and metadata, the main verbs never do. */
  readonly status?: true;
  /** What of metadata a writer of the status may not change either. Source: each kind's strategy.go. */
  readonly statusKeeps?: readonly ('labels' | 'ownerReferences')[];
  readonly scale?: ScaleDefinition;
  /** By the name of the subresource. */
  readonly parts?: Readonly<Record<string, PartWriter<T>>>;
  /** Names of subresources served by a handler of their own in `api/`, for discovery: log, binding, eviction, … */
  readonly other?: Readonly<
    Record<string, { group?: string; version?: string; kind: string; verbs: readonly string[] }>
  >;
}

/** What no two objects of a kind may have both, such as an address, as texts of the kind's own. */
export interface Allocation<T extends KubeObject = KubeObject> {
  /** What the object has. */
  readonly claims: (object: T) => readonly string[];
  /**
   * After validation: gives the object what it needs and has not, refuses what others have. `taken` tells which of some
   * claims others have. Runs again when a rival was faster.
   */
  readonly settle: (
    object: T,
    taken: (claims: readonly string[]) => Promise<ReadonlySet<string>>,
  ) => Promise<StatusCause[]>;
}

export interface DeletionPolicy {
  /**
   * Seconds between deletionTimestamp and removal when the client names none; 0 removes at once. Pods: 30. Without it the
   * kind knows no grace.
   */
  readonly gracePeriodSeconds?: (object: KubeObject) => number;
  /** Changes the object when its deletion begins (a namespace's phase becomes Terminating). */
  readonly begin?: (object: KubeObject) => void;
  /** True while something other than metadata.finalizers keeps the object (a namespace's spec.finalizers). */
  readonly holds?: (object: KubeObject) => boolean;
  /** What becomes of the dependents when a client names no policy; without it they go too. Source: each strategy.go. */
  readonly defaultPolicy?: 'Orphan';
  /** Told to who leaves the policy to that. */
  readonly defaultPolicyWarning?: string;
  /** The answer shows the object that is gone, not a Status. `ReturnDeletedObject` of each storage.go. */
  readonly answersObject?: true;
}

export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Set when the objects are those of another kind, in another form. */
  readonly storedAs?: StoredForm;
  /** Name of the schema in `schemas/`, e.g. `io.k8s.api.core.v1.Pod`. */
  readonly schema: string;
  /** What `metadata.name` must look like. */
  readonly nameRule: 'dns1123Subdomain' | 'dns1123Label' | 'dns1035Label' | 'pathSegment';
  /** Paths a field selector may use beside metadata.name and metadata.namespace. */
  readonly selectableFields: readonly string[];
  /** Other names of selectable fields: name that clients may send → path. */
  readonly fieldAliases?: Readonly<Record<string, string>>;
  /** Said of a path that may not be selected. */
  readonly unknownField: (path: string) => string;
  /** Values of the selectable fields (all of them, '' where unset) and of private index fields (names begin with `.`). */
  readonly fields: (object: T) => Record<string, string>;
  readonly columns: readonly Column<T>[];
  readonly subresources: Subresources<T>;
  readonly deletion?: DeletionPolicy;
  /** Told in a Warning header to everyone who uses the kind over HTTP. Source: its prerelease-lifecycle. */
  readonly deprecation?: string;
  readonly allocation?: Allocation<T>;
  /**
   * Fields such as `spec.nodeName` that the system sets: neither who creates an object nor who reports its status owns
   * them. Dotted, or in parts where a name has dots.
   */
  readonly assignedFields?: readonly (string | readonly string[])[];
  /** Who of our own reports the status as a whole; without it, controllers. */
  readonly statusReporter?: 'kubelet';
  /**
   * Objects come by the hundred thousand and are written all the time: what their creator and their status reporter own is
   * told from the object, and is not stored. docs/adr/0008.
   */
  readonly shortOwnership?: true;
  /** `false`: metadata.generation is not kept (events, leases, configmaps). `onceChanged`: from the first change on. */
  readonly hasGeneration: boolean | 'onceChanged';
  /** Whether an update is a new generation. Without it: when the spec changed. */
  readonly changesGeneration?: (object: T, old: T) => boolean;
  /** A PUT must name the resourceVersion that it replaces. `AllowUnconditionalUpdate` of each strategy.go. */
  readonly requiresVersion?: true;
  /** PUT of a name that does not exist creates it. `AllowCreateOnUpdate` of each strategy.go. */
  readonly createOnUpdate?: true;
  /** A create is answered with a Status. */
  readonly createAnswersStatus?: true;
  /** Verbs served on the main resource. */
  readonly verbs: readonly string[];

  /* Hooks, run in this order by registry/: each may change `object` in place, none may do I/O. */
  /** Fill in the defaults Kubernetes fills in, on every write. Must be idempotent. */
  readonly applyDefaults?: (object: T) => void;
  /** Before a create: drop what clients may not set (status), set what the server sets. */
  readonly prepareForCreate?: (object: T, context: ResourceContext) => void;
  /** Before an update of the main resource; status was already carried over from `old`. */
  readonly prepareForUpdate?: (object: T, old: T, context: ResourceContext) => void;
  /** Before a PUT or PATCH of `/status`, of which the rest is `old`. Statuses of the server's own making pass it by. */
  readonly prepareForStatusUpdate?: (object: T, old: T, context: ResourceContext) => void;
  /** Return field errors; never throws, never changes the object. `old`, on an update, is for rules that spare what was there. */
  readonly validate?: (object: T, old?: T) => StatusCause[];
  /** What is asked of a create beside `validate`. */
  readonly validateCreate?: (object: T) => StatusCause[];
  readonly validateUpdate?: (object: T, old: T) => StatusCause[];
  readonly validateStatusUpdate?: (object: T, old: T) => StatusCause[];
  /** Texts for the HTTP Warning header. `old` on an update. */
  readonly warnings?: (object: T, old?: T) => string[];
}

type Optional =
  | 'listKind'
  | 'singular'
  | 'shortNames'
  | 'categories'
  | 'nameRule'
  | 'selectableFields'
  | 'fields'
  | 'unknownField'
  | 'hasGeneration'
  | 'verbs'
  | 'subresources';
type Given<T extends KubeObject> = Omit<ResourceDefinition<T>, Optional> &
  Partial<Pick<ResourceDefinition<T>, Optional>>;

export const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

/** Of a proxy subresource, which hands every method on. */
export const PROXY_VERBS = ['create', 'delete', 'get', 'patch', 'update'] as const;

/** Of kinds with fields of their own. Source: each kind's conversion.go. */
const notSupported = (path: string): string => `field label not supported: ${path}`;

/** Of the others. Source: runtime.DefaultMetaV1FieldSelectorConversion. */
const notKnown = (path: string): string =>
  `${JSON.stringify(path)} is not a known field selector: only "metadata.name", "metadata.namespace"`;

/** Fills in what most kinds share. `fields` defaults to reading `selectableFields` as dotted paths. */
export function defineResource<T extends KubeObject>(given: Given<T>): ResourceDefinition<T> {
  const selectableFields = given.selectableFields ?? [];
  return Object.freeze({
    listKind: `${given.kind}List`,
    singular: given.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    nameRule: 'dns1123Subdomain' as const,
    hasGeneration: true,
    verbs: ALL_VERBS,
    subresources: {},
    fields: (object: T) => readFields(object, selectableFields),
    unknownField: selectableFields.length > 0 ? notSupported : notKnown,
    ...given,
    selectableFields,
  });
}

/** Path → its parts. Filled by the table of kinds alone, so that it does not grow. */
const PARTS = new Map<string, readonly string[]>();

function partsOf(path: string): readonly string[] {
  const parts = PARTS.get(path) ?? path.split('.');
  PARTS.set(path, parts);
  return parts;
}

/** Reads dotted paths, a kind's own, out of an object; absent values are '' as in Kubernetes' field sets. */
export function readFields(object: KubeObject, paths: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const path of paths) {
    let value: unknown = object;
    for (const part of partsOf(path)) {
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
    }
    fields[path] = value === undefined || value === null ? '' : String(value);
  }
  return fields;
}
