/** Frames that have come and were not taken yet. How many that can be is up to the credits. */
export class Mailbox<T> {
  readonly #waiting: T[] = [];
  #taken = 0;
  #isClosed = false;
  #wake: (() => void) | undefined;

  put(item: T): void {
    this.#waiting.push(item);
    this.#wake?.();
  }

  /** What is there can still be taken. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** One caller at a time. Undefined: closed, and nothing is left. */
  async take(): Promise<T | undefined> {
    if (this.#taken === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#taken = 0;
      if (!this.#isClosed) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    const item = this.#waiting[this.#taken];
    this.#taken = Math.min(this.#taken + 1, this.#waiting.length);
    return item;
  }
}
