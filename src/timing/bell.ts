/** Wakes one who waits, and remembers a ring that nobody waited for: the next wait is over at once. */
export class Bell {
  #isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Rejects when the signal aborts. */
  async wait(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#isRung) {
      const wake = (): void => this.#wake?.();
      signal?.addEventListener('abort', wake, { once: true });
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      signal?.removeEventListener('abort', wake);
      signal?.throwIfAborted();
    }
    this.#isRung = false;
    this.#wake = undefined;
  }
}
