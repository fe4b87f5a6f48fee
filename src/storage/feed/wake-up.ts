/** A bell that remembers one ring: a wait after it answers at once. */
export class WakeUp {
  #isRung = false;
  #ring: (() => void) | undefined;

  wake(): void {
    this.#isRung = true;
    this.#ring?.();
  }

  async wait(): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        this.#ring = resolve;
      });
    }
    this.#isRung = false;
    this.#ring = undefined;
  }
}
