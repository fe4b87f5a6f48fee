/**
 * A map that forgets its oldest entries, for what is only worth remembering (back-off, repeats), never for truth. Not a
 * `Map` of which the first key is deleted: its iterators walk over all that was deleted before, 13 us of 20,000 entries
 * and 22 us of 100,000, each time.
 */
import { LRUCache } from 'lru-cache';

export class BoundedMap<K extends {}, V extends {}> {
  readonly #entries: LRUCache<K, V>;

  constructor(limit: number) {
    // Not `max`, which makes room for all at once: 100,000 take 3 MB and 5 to 35 ms, empty.
    this.#entries = new LRUCache({ maxSize: limit, sizeCalculation: () => 1 });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.peek(key);
  }

  /** Oldest first. What is shown may be deleted: the next is known before it is. */
  *entries(): Generator<[K, V], void> {
    const shown = this.#entries.rentries() as Iterator<[K, V], void>;
    let { value, done } = shown.next();
    while (done !== true) {
      const last = value as [K, V];
      ({ value, done } = shown.next());
      yield last;
    }
  }

  /** The key becomes the newest. */
  set(key: K, value: V): void {
    this.#entries.set(key, value);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
