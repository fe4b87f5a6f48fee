/** Who waits for a place: those of one caller in the order asked, and caller by caller, each once before the next round. */
export class Waiters<Waiter> {
  readonly #ofCallers = new Map<string, Set<Waiter>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(caller: string): number {
    return this.#ofCallers.get(caller)?.size ?? 0;
  }

  add(caller: string, waiter: Waiter): void {
    const its = this.#ofCallers.get(caller) ?? new Set();
    this.#ofCallers.set(caller, its.add(waiter));
    this.#size += 1;
  }

  delete(caller: string, waiter: Waiter): void {
    const its = this.#ofCallers.get(caller);
    if (its?.delete(waiter) === true) {
      this.#size -= 1;
    }
    if (its?.size === 0) {
      this.#ofCallers.delete(caller);
    }
  }

  /** The caller whose turn it is, among those who may. */
  nextCaller(may: (caller: string) => boolean): string | undefined {
    return [...this.#ofCallers.keys()].find(may);
  }

  /** Its first one, which waits no longer; its others come after those of all other callers. */
  shift(caller: string): Waiter | undefined {
    const its = this.#ofCallers.get(caller) ?? new Set();
    const [first] = its;
    if (first !== undefined) {
      this.delete(caller, first);
    }
    if (its.size > 0) {
      this.#ofCallers.delete(caller);
      this.#ofCallers.set(caller, its);
    }
    return first;
  }
}
