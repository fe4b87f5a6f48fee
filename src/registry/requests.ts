/** What the verbs of the registry are asked: options, selections and changes. A part of the contract in registry.ts. */
import type { Requester } from '../resources/define-resource.ts';
import type { Fence } from '../storage/object-store.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import type { FieldRequirement, LabelRequirement } from '../values/selector.ts';

export interface StatusChange {
  /** The object as read: what is there must still be that. */
  readonly before: StoredObject;
  /** `before` parsed, unchanged since, where the caller has it. */
  readonly decoded?: KubeObject;
  readonly after: KubeObject;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  /** Who writes, for managedFields. */
  readonly fieldManager?: string;
  /** Without a `fieldManager`: which of our own components writes, where it is not the one that mostly does. */
  readonly component?: 'kube-apiserver' | 'kubelet' | 'kube-scheduler';
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** What was wrong with the body's text (duplicate fields), to be refused or told of as `fieldValidation` asks. */
  readonly complaints?: readonly string[];
  readonly fence?: Fence;
  /** For updates and patches: answers as a get does, see `GetOptions`. kubectl tells by the two whether it changed anything. */
  readonly wholeEntries?: boolean;
  /** The body is long enough to hold the thread for long: others get a turn between the steps. */
  readonly isLong?: boolean;
  /** Who sends it, for the kinds that keep that. */
  readonly user?: Requester;
}
type PropagationPolicy = 'Foreground' | 'Background' | 'Orphan';
export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: PropagationPolicy;
  /** Stands in for it, where the object's finalizers say nothing either. */
  readonly defaultPolicy?: PropagationPolicy;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';
export interface PatchOptions extends WriteOptions {
  readonly subresource?: string;
  /** Of an apply: takes over the fields that others own. */
  readonly force?: boolean;
}
export interface Selection {
  readonly namespace?: string;
  readonly name?: string;
  readonly labels?: readonly LabelRequirement[];
  readonly fields?: readonly FieldRequirement[];
  readonly controllerUid?: string;
  readonly ownerUid?: string;
}
export interface RefSelection extends Selection {
  /** Milliseconds since the epoch. */
  readonly createdBefore?: number;
  /** So many at most, strictly after the key `after` in (namespace, name) order. */
  readonly limit?: number;
  readonly after?: { readonly namespace: string; readonly name: string };
}
export interface GetOptions {
  readonly resourceVersion?: string;
  /** `Exact`: the object as it was at that revision, as far as the history reaches. */
  readonly resourceVersionMatch?: string;
  /** Tells the fields in managedFields also of the entries that are stored short. Costs a parse. */
  readonly wholeEntries?: boolean;
  /** Whose request it is: callers have turns in the worker thread. */
  readonly caller?: string;
}
export interface ListOptions extends Selection {
  /** A page may have fewer: what its bytes leave out comes with `continue`. */
  readonly limit?: number;
  /** With a limit; default 8 MiB. A page has one object at least. */
  readonly maxBytes?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  /** For watches only. */
  readonly sendInitialEvents?: boolean;
  /** Pods bound to one of these nodes, in the present. */
  readonly nodeNames?: readonly string[];
  /** The reader has no use for `remaining`: it is not counted. */
  readonly uncounted?: boolean;
  /** Whose request it is. Callers have turns: a flood of one keeps no other waiting. */
  readonly caller?: string;
}
export interface WatchOptions extends Omit<Selection, 'controllerUid' | 'ownerUid'> {
  /** Deliver what comes after this revision. */
  readonly from: number;
  readonly signal: AbortSignal;
}
