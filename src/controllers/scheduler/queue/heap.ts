/** A binary heap: the least item first. Items that no longer count stay until they come up; `isValid` passes them over. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;
  readonly #isValid: (item: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean, isValid: (item: T) => boolean) {
    this.#isBefore = isBefore;
    this.#isValid = isValid;
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && this.#comesBefore(at, parent); parent = (at - 1) >> 1) {
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The least valid one, which stays. */
  peek(): T | undefined {
    while (this.#items.length > 0 && !this.#isValid(this.#items[0] as T)) {
      this.#drop();
    }
    return this.#items[0];
  }

  pop(): T | undefined {
    const least = this.peek();
    if (least !== undefined) {
      this.#drop();
    }
    return least;
  }

  #drop(): void {
    const items = this.#items;
    const last = items.pop();
    if (items.length > 0 && last !== undefined) {
      items[0] = last;
      this.#sink();
    }
  }

  #sink(): void {
    const { length } = this.#items;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = right < length && this.#comesBefore(right, left) ? right : left;
      if (left >= length || !this.#comesBefore(least, at)) {
        return;
      }
      this.#swap(at, least);
      at = least;
    }
  }

  #comesBefore(a: number, b: number): boolean {
    return this.#isBefore(this.#items[a] as T, this.#items[b] as T);
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b] as T, this.#items[a] as T];
  }
}
