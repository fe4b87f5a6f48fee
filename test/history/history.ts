/**
 * history/: what concurrent clients saw while faults happened, held against the change log. A run records a `History`;
 * `check-history.ts` judges it, pure; the rest makes runs from a seed. Uses the public API and Postgres alone.
 *
 * Times are milliseconds of the recording process's monotonic clock.
 */

/** One object as a client sees it. Every write stores a `value` that no other write has. */
export interface ObjectState {
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly revision: number;
  readonly value: string;
  /** A label, for selectors. */
  readonly color: string;
}

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One row of the change log. For DELETED `object` is the last state, under the deletion's revision. */
export interface LogEntry {
  readonly revision: number;
  readonly type: ChangeType;
  /** undefined: a kind that the run does not look at. */
  readonly object?: ObjectState;
}

export type Request =
  | { readonly verb: 'create'; readonly key: string; readonly value: string; readonly color: string }
  | {
      readonly verb: 'update';
      readonly key: string;
      readonly value: string;
      readonly color: string;
      /** The resourceVersion to compare with; undefined: none. */
      readonly expected?: number;
    }
  | { readonly verb: 'delete'; readonly key: string; readonly expected?: number }
  | { readonly verb: 'get'; readonly key: string }
  | { readonly verb: 'list'; readonly selector: Selector };

export interface Selector {
  readonly namespace?: string;
  readonly color?: string;
  readonly key?: string;
}

export type Outcome =
  | { readonly type: 'object'; readonly object: ObjectState }
  | { readonly type: 'deleted'; readonly uid: string }
  | { readonly type: 'list'; readonly revision: number; readonly items: readonly ObjectState[] }
  /** Refused for what the store held at some moment between call and return. */
  | { readonly type: 'refused'; readonly reason: 'AlreadyExists' | 'NotFound' | 'Conflict' }
  /** The answer says that nothing was done. */
  | { readonly type: 'failed'; readonly why: string }
  /** It may have been done or not. */
  | { readonly type: 'unknown'; readonly why: string }
  /** No fault explains such an answer. */
  | { readonly type: 'wrong'; readonly why: string };

export interface Operation {
  readonly id: number;
  /** Who asked whom, for people. */
  readonly client: string;
  readonly request: Request;
  readonly call: number;
  readonly end: number;
  readonly outcome: Outcome;
}

export type WatchItem =
  | { readonly at: number; readonly type: ChangeType; readonly object: ObjectState }
  | { readonly at: number; readonly type: 'BOOKMARK'; readonly revision: number };

/** One connection of a watch. */
export interface WatchStream {
  readonly replica: string;
  readonly from: number;
  readonly items: readonly WatchItem[];
  /** How it ended; an answer that no fault explains is in `wrong`. */
  readonly wrong?: string;
}

/** A watcher through all its connections. */
export interface WatchSession {
  readonly name: string;
  readonly selector: Selector;
  /** Where it begins. With `items`: a list, or a watch's initial events, of which the revision is the end. */
  readonly base: { readonly revision: number; readonly items?: readonly ObjectState[] };
  /** The base was read in several pages, each a later snapshot; its items may be newer than its revision. */
  readonly paged: boolean;
  readonly streams: readonly WatchStream[];
}

export interface History {
  readonly operations: readonly Operation[];
  readonly sessions: readonly WatchSession[];
  /** The whole log, as Postgres has it when all is quiet. */
  readonly log: readonly LogEntry[];
  /** The revision before the log's first entry. */
  readonly start: number;
  /** The counter row, and the objects. */
  readonly current: number;
  readonly objects: readonly ObjectState[];
  /** API processes that ended by themselves, and what else the harness could not explain. */
  readonly incidents: readonly string[];
}

export interface Violation {
  readonly rule:
    | 'log'
    | 'acknowledged'
    | 'phantom'
    | 'answer'
    | 'real-time'
    | 'snapshot'
    | 'watch'
    | 'bookmark'
    | 'final-state';
  readonly what: string;
}

export const describeObject = ({ key, revision, value }: ObjectState): string => `${key}@${revision} (${value})`;
export const describeOperation = ({ id, client, request, call, end }: Operation): string => {
  const { verb } = request;
  const what = request.verb === 'list' ? JSON.stringify(request.selector) : request.key;
  const expected = 'expected' in request && request.expected !== undefined ? ` if ${request.expected}` : '';
  return `#${id} ${client} ${verb} ${what}${expected} [${call.toFixed(1)}, ${end.toFixed(1)}]`;
};
