/** Pods of a runtime that lists all of them at once: who asks while a list is about to be made shares it. */
import type { RuntimePod } from './runtime.ts';

/** `Parts`: what the runtime lists of one pod. */
export abstract class ListedPods<Parts> {
  #next: Promise<ReadonlyMap<string, Parts>> | undefined;

  /** Everything of ours, by uid. */
  protected abstract list(): Promise<ReadonlyMap<string, Parts>>;
  abstract describe(parts: Parts): Promise<RuntimePod>;

  all(): Promise<ReadonlyMap<string, Parts>> {
    this.#next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#next = undefined;
      return this.list();
    });
    return this.#next;
  }

  async parts(uid: string): Promise<Parts | undefined> {
    return (await this.all()).get(uid);
  }

  async pod(uid: string): Promise<RuntimePod | undefined> {
    const parts = await this.parts(uid);
    return parts === undefined ? undefined : this.describe(parts);
  }
}

/** Of what was kept by id: only what the last list has. */
export function forgetAllBut(kept: Map<string, unknown>, listed: ReadonlySet<string>): void {
  for (const id of kept.keys()) {
    if (!listed.has(id)) {
      kept.delete(id);
    }
  }
}
