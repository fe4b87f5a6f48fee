/**
 * What of long objects is worked out in another thread: texts in, texts out. Each throws what it throws when it is done
 * here; 413 when it takes too long, 429 when too many wait. `caller`: who has turns with others.
 */
import type { ResourceId } from '../storage/stored-object.ts';
import type { Json, KubeObject } from '../values/object.ts';
import type { ApplyRequest } from './managed-fields/applied-state.ts';
import type { Writer } from './managed-fields/updater.ts';
import type { PatchType } from './registry.ts';

export interface ToPatch {
  readonly resource: ResourceId;
  readonly current: string;
  readonly type: PatchType;
  readonly patch: string;
}

/** Objects as their bodies are stored. `update`: the state before, and by which writer it is changed. */
export interface ToValidate {
  readonly resource: ResourceId;
  readonly object: string;
  readonly update?: { readonly old: string; readonly scope: string };
}

/** `live`: absent where the configuration makes the object. */
export interface ToApply extends ApplyRequest {
  readonly resource: ResourceId;
  readonly live?: string;
  readonly config: string;
}
export interface AppliedTexts {
  readonly object: string;
  readonly entries: string | undefined;
  readonly isSameSet: boolean;
}

/** A create, as `trackCreate` takes it. */
export interface ToTrackNew {
  readonly resource: ResourceId;
  readonly object: string;
  readonly writer: Writer;
}

/** An update, as `entriesOfUpdate` takes it. */
export interface ToTrack {
  readonly resource: ResourceId;
  readonly subresource: string;
  readonly old: string;
  readonly object: string;
  readonly given: string | undefined;
  readonly writer: Writer;
  readonly isClient: boolean;
}
/** `isNoted`: the entries stay as they are noted. */
export type TrackedText =
  | { readonly isNoted: true }
  | { readonly isNoted: false; readonly entries: string | undefined };

/** A stored body. */
export interface ToTell {
  readonly resource: ResourceId;
  readonly body: string;
}

export interface Elsewhere {
  readonly patch: (given: ToPatch, caller?: string) => Promise<string>;
  /** Throws Invalid; answers warnings. */
  readonly validate: (given: ToValidate, caller?: string) => Promise<readonly string[]>;
  readonly apply: (given: ToApply, caller?: string) => Promise<AppliedTexts>;
  /** Answers the entries. */
  readonly trackNew: (given: ToTrackNew, caller?: string) => Promise<string | undefined>;
  readonly track: (given: ToTrack, caller?: string) => Promise<TrackedText>;
  /** The body with whole entries. `isOwed`: it waits, however many do, for some seconds. */
  readonly tellWhole: (given: ToTell, caller?: string, isOwed?: boolean) => Promise<string>;
}

/** Entries of managedFields. Of long objects they cross as text, and stay that: 49,000 fields are parsed in 30 ms. */
export type Entries = Json[] | { readonly text: string } | undefined;
export const asText = (text: string | undefined): Entries => (text === undefined ? undefined : { text });
export const isText = (entries: Entries): entries is { readonly text: string } =>
  entries !== undefined && 'text' in entries;

/** Of entries as they crossed. */
export const parseEntries = (text: string | undefined): Json[] | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as Json[]);

export const parseObject = (text: string): KubeObject => JSON.parse(text) as KubeObject;
