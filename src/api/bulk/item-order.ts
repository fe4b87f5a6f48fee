/**
 * Which items must wait for which. Items of one object take effect in their order; those of different objects run side
 * by side. An item of a kind that others are admitted by (namespaces, accounts, classes) waits for all before it and holds
 * up all after it.
 */
import { isLookedUp } from '../../registry/forget-written.ts';
import type { Task } from './plan-item.ts';

/** undefined: a create under a name that nobody knows yet. */
export const objectKey = ({ resource, namespace, name }: Task): string | undefined =>
  name === '' ? undefined : `${resource}\0${namespace}\0${name}`;

export const isBarrier = ({ resource }: Task): boolean => isLookedUp(resource);

export class ItemOrder {
  readonly #running = new Set<Promise<void>>();
  /** By object: its last item. */
  readonly #last = new Map<string, Promise<void>>();
  #barrier: Promise<void> = Promise.resolve();

  /** Runs `work`, which never rejects, once everything is done that its tasks must wait for. */
  run(tasks: readonly Task[], work: () => Promise<void>): void {
    const keys = new Set(tasks.flatMap((task) => objectKey(task) ?? []));
    const barrier = tasks.some(isBarrier);
    const earlier = barrier ? [...this.#running] : [...keys].flatMap((key) => this.#last.get(key) ?? []);
    const done = Promise.all([this.#barrier, ...earlier]).then(work);
    this.#running.add(done);
    for (const key of keys) {
      this.#last.set(key, done);
    }
    if (barrier) {
      this.#barrier = done;
    }
    void done.then(() => this.#forget(done, keys));
  }

  /** Resolves when all that was given to `run` is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  #forget(done: Promise<void>, keys: ReadonlySet<string>): void {
    this.#running.delete(done);
    for (const key of keys) {
      if (this.#last.get(key) === done) {
        this.#last.delete(key);
      }
    }
  }
}
