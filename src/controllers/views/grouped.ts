/** Items by a group, each under its own key. Empty groups take no memory. */
export class Grouped<T> {
  readonly #groups = new Map<string, Map<string, T>>();

  put(group: string, key: string, item: T): void {
    const members = this.#groups.get(group) ?? new Map<string, T>();
    members.set(key, item);
    this.#groups.set(group, members);
  }

  drop(group: string, key: string): void {
    const members = this.#groups.get(group);
    members?.delete(key);
    if (members?.size === 0) {
      this.#groups.delete(group);
    }
  }

  of(group: string): Iterable<T> {
    return this.#groups.get(group)?.values() ?? [];
  }

  count(group: string): number {
    return this.#groups.get(group)?.size ?? 0;
  }

  groups(): Iterable<string> {
    return this.#groups.keys();
  }
}
