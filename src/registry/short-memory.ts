/**
 * What many writes ask of the store, remembered for a second, as the reference's informers lag by about as much.
 * A write by this process forgets it. Concurrent misses of a key share one query.
 */
import type { Clock } from '../timing/clock.ts';

const REMEMBER_MS = 1_000;
/** Bounds the memory; beyond it everything is forgotten at once. */
const MAX_REMEMBERED = 10_000;

export interface ShortMemoryOptions<V> {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly read: (key: string) => Promise<V>;
  /** What may be a second old. Default: everything. */
  readonly isKept?: (value: V) => boolean;
}

export class ShortMemory<V> {
  readonly #options: ShortMemoryOptions<V>;
  readonly #known = new Map<string, { readonly value: V; readonly until: number }>();
  readonly #pending = new Map<string, Promise<V>>();

  constructor(options: ShortMemoryOptions<V>) {
    this.#options = options;
  }

  /** At once where it is remembered and `suffices`. Rejects as the query does. */
  find(key: string, suffices: (value: V) => boolean = () => true): V | Promise<V> {
    const found = this.#known.get(key);
    const isFresh = found !== undefined && found.until > this.#options.clock.monotonic();
    return isFresh && suffices(found.value) ? found.value : (this.#pending.get(key) ?? this.#lookUp(key));
  }

  forget(key: string): void {
    this.#known.delete(key);
    this.#pending.delete(key);
  }

  async #lookUp(key: string): Promise<V> {
    const { clock, read, isKept } = this.#options;
    const asked = clock.monotonic();
    const query = read(key);
    this.#pending.set(key, query);
    try {
      const value = await query;
      // A forget() during the query took it out of `#pending`: its answer may be old and is not remembered.
      if (this.#pending.get(key) === query && (isKept?.(value) ?? true)) {
        if (this.#known.size >= MAX_REMEMBERED) {
          this.#known.clear();
        }
        this.#known.set(key, { value, until: asked + REMEMBER_MS });
      }
      return value;
    } finally {
      if (this.#pending.get(key) === query) {
        this.#pending.delete(key);
      }
    }
  }
}
