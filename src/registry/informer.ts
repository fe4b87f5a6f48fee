/**
 * A process-local, eventually consistent view of one kind, reduced to what its reader needs (`project`), so that
 * 100,000 nodes cost megabytes, not gigabytes. For decisions that must be exact, read the registry instead.
 */

import { StatusError } from '../errors.ts';
import type { Change } from '../storage/object-store.ts';
import { decodeObject, type ResourceId, type StoredObject } from '../storage/stored-object.ts';
import { type Clock, systemClock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import { Turns } from '../timing/turns.ts';
import type { KubeObject } from '../values/object.ts';
import type { Registry } from './registry.ts';

export interface InformerOptions<T> {
  readonly resource: ResourceId;
  /** undefined: leave the object out. */
  readonly project: (object: KubeObject, stored: StoredObject) => T | undefined;
  /** Called after the view changed, in revision order. */
  readonly onChange?: (key: string, now: T | undefined, before: T | undefined) => void;
  /** Learn of every commit, also of those that changed none of these: only then does `revision` keep up. Default true. */
  readonly eagerProgress?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
}

export const objectKey = (namespace: string, name: string): string =>
  namespace === '' ? name : `${namespace}/${name}`;

const PAGE = 1_000;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 30_000;

/** Falling behind compaction is part of the contract: answered by a new list, not reported. */
const isExpected = (error: unknown): boolean => error instanceof StatusError && error.reason === 'Expired';

export class Informer<T> {
  readonly #items = new Map<string, T>();
  readonly #options: InformerOptions<T>;
  #revision = 0;
  #synced: Promise<void> | undefined;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#items.get(objectKey(namespace, name));
  }

  values(): IterableIterator<T> {
    return this.#items.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.#items.entries();
  }

  get size(): number {
    return this.#items.size;
  }

  /** The view holds everything up to this revision. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Resolves after the first list; then follows the feed in the background until the signal aborts. Whatever breaks
   * is followed by a new list, after a growing, jittered wait; failures other than falling behind are reported.
   * Rejects only when the signal aborts before the first list.
   */
  start(registry: Registry, signal: AbortSignal, onFailure: (error: unknown) => void): Promise<void> {
    this.#synced ??= new Promise((resolve, reject) => {
      this.#run(registry, signal, onFailure, resolve).catch(reject);
    });
    return this.#synced;
  }

  async #run(
    registry: Registry,
    signal: AbortSignal,
    onFailure: (error: unknown) => void,
    onSynced: () => void,
  ): Promise<void> {
    const { clock = systemClock, random = { next: Math.random } } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      let from = Number.POSITIVE_INFINITY;
      try {
        await this.#list(registry, signal);
        from = this.#revision;
        onSynced();
        await this.#follow(registry, signal);
      } catch (error) {
        if (!signal.aborted && !isExpected(error)) {
          onFailure(error);
        }
      }
      failures = this.#revision > from ? 0 : failures + 1;
      const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, MAX_WAIT_MS);
      await clock.sleep(wait * (0.5 + random.next() / 2), signal);
    }
    signal.throwIfAborted();
  }

  async #list(registry: Registry, signal: AbortSignal): Promise<void> {
    const seen = new Set<string>();
    const turns = new Turns();
    let token: string | undefined;
    let revision = 0;
    do {
      signal.throwIfAborted();
      // Every page answers with the first page's revision: following from there misses nothing.
      const page = await registry.list(this.#options.resource, {
        limit: PAGE,
        uncounted: true,
        ...(token === undefined ? {} : { continue: token }),
      });
      revision = page.revision;
      for (const item of page.items) {
        seen.add(objectKey(item.namespace, item.name));
        const object = decodeObject(item);
        // Between the two: of a long object each is long.
        await turns.after(item.body.length);
        this.#put(item, object);
      }
      token = page.continue;
    } while (token !== undefined);
    for (const key of [...this.#items.keys()]) {
      if (!seen.has(key)) {
        this.#drop(key);
      }
    }
    this.#revision = revision;
  }

  async #follow(registry: Registry, signal: AbortSignal): Promise<void> {
    const { resource, eagerProgress = true } = this.#options;
    const resources = new Set([resource]);
    const turns = new Turns();
    for await (const batch of registry.changes({ from: this.#revision, resources, signal, eagerProgress })) {
      for (const change of batch.changes) {
        const object = change.type === 'DELETED' ? undefined : decodeObject(change.object);
        await turns.after(change.object.body.length);
        this.#apply(change, object);
      }
      this.#revision = batch.revision;
    }
  }

  #apply(change: Change, object: KubeObject | undefined): void {
    if (object === undefined) {
      this.#drop(objectKey(change.object.namespace, change.object.name));
    } else {
      this.#put(change.object, object);
    }
  }

  #put(stored: StoredObject, object: KubeObject): void {
    const key = objectKey(stored.namespace, stored.name);
    const now = this.#options.project(object, stored);
    const before = this.#items.get(key);
    if (now === undefined) {
      this.#items.delete(key);
    } else {
      this.#items.set(key, now);
    }
    if (now !== undefined || before !== undefined) {
      this.#options.onChange?.(key, now, before);
    }
  }

  #drop(key: string): void {
    const before = this.#items.get(key);
    if (this.#items.delete(key)) {
      this.#options.onChange?.(key, undefined, before);
    }
  }
}
