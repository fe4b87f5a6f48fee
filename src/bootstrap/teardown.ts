/** What was started, undone in reverse. Each part has its own bound, and one that fails does not keep the others. */
import type { Logger } from '../logger.ts';

export class Teardown {
  readonly #parts: { readonly name: string; readonly undo: () => Promise<void> }[] = [];
  readonly #logger: Logger;
  #running: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(name: string, undo: () => Promise<void>): void {
    this.#parts.push({ name, undo });
  }

  /** Idempotent: a second call waits for the first. */
  run(): Promise<void> {
    this.#running ??= this.#undoAll();
    return this.#running;
  }

  async #undoAll(): Promise<void> {
    for (const { name, undo } of this.#parts.reverse()) {
      await undo().catch((error: unknown) => this.#logger.warn({ err: error, part: name }, 'did not stop cleanly'));
    }
  }
}
