/** What `watch` and `stream` yield. */
import type { Status } from './api-error.ts';

/** `resume`, where there is one: given as the option `resume`, a later watch or stream goes on after this event. */
export type ObjectEvent<T> =
  /** A whole state begins: forget what you had. `reason`: why the server could not go on, such as 410 Expired. */
  | { readonly type: 'SNAPSHOT'; readonly reason?: Status }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T; readonly resume?: string }
  /** The snapshot is whole: you have exactly what a list would say. */
  | { readonly type: 'SYNCED'; readonly resume: string }
  /** Nothing changed; keeps the place to resume from young. */
  | { readonly type: 'BOOKMARK'; readonly resume: string };

/** `reason` of `lost`: an Error; a refusal is an `ApiError`. */
export type OnConnection = (state: 'connecting' | 'live' | 'lost', reason?: unknown) => void;

export interface FollowOptions {
  /** Ends the iteration, quietly. */
  readonly signal?: AbortSignal;
  readonly onConnection?: OnConnection;
}
