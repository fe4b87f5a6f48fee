/** What the verbs of the registry answer. A part of the contract in registry.ts. */
import type { ObjectText, StoredObject } from '../storage/stored-object.ts';

export interface Written {
  readonly object: StoredObject;
  readonly warnings: readonly string[];
  /** Created rather than changed (PUT or apply that created): 201. */
  readonly created: boolean;
}
export interface Listed {
  readonly revision: number;
  readonly items: readonly StoredObject[];
  readonly continue?: string;
  readonly remaining?: number;
}
/** A list of any length: the first items, and the others, when there are more, as they are asked for. */
export interface ListedStream extends Omit<Listed, 'items'> {
  readonly items: readonly ObjectText[];
  readonly rest?: AsyncIterable<readonly ObjectText[]>;
}
/** A watch event as one selection sees it: an object leaving the selector is DELETED, one entering it ADDED. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}
/** Events up to and including `revision`; an empty batch is progress, good for a bookmark. */
export interface WatchBatch {
  readonly revision: number;
  readonly events: readonly WatchEvent[];
}
