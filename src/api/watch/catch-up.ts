/**
 * Joins a list that was read in several pages to the feed that follows it. Each page is a later snapshot than the one
 * before, and the feed starts at the first: so it repeats what later pages already showed. This drops the repeats.
 * Invariant: each watcher sees an object ADDED once, then ever newer states, then at most one DELETED.
 */
import type { StoredObject, WatchEvent } from '../../registry/registry.ts';

const keyOf = ({ resource, namespace, name }: StoredObject): string => `${resource}/${namespace}/${name}`;

export class CatchUp {
  /** The newest revision that the watcher has seen of each object. */
  readonly #seen = new Map<string, number>();

  listed(items: readonly StoredObject[]): void {
    for (const object of items) {
      this.#seen.set(keyOf(object), object.revision);
    }
  }

  /** The event as the watcher should see it; undefined: not at all. */
  pass({ type, object }: WatchEvent): WatchEvent | undefined {
    const key = keyOf(object);
    const seen = this.#seen.get(key);
    if (seen === undefined ? type === 'DELETED' : seen >= object.revision) {
      return undefined;
    }
    if (type === 'DELETED') {
      this.#seen.delete(key);
      return { type, object };
    }
    this.#seen.set(key, object.revision);
    return { type: seen === undefined ? 'ADDED' : 'MODIFIED', object };
  }
}
