/** An AbortController that also aborts when one of the signals that it is linked to does. */

/**
 * Controllers by the signal that they are linked to. Not AbortSignal.any: in Node 20 a signal keeps what it was ever
 * combined with, for as long as it lives (nodejs/node#55351: 1,100 entries a minute of the signal of a whole process),
 * and one takes 18 µs. A listener each would not do either: EventTarget looks through all of them to take one off.
 */
const linkedTo = new WeakMap<AbortSignal, Set<AbortController>>();

function controllersOf(source: AbortSignal): Set<AbortController> {
  const known = linkedTo.get(source);
  if (known !== undefined) {
    return known;
  }
  const controllers = new Set<AbortController>();
  linkedTo.set(source, controllers);
  const abortAll = (): void => {
    for (const controller of controllers) {
      controller.abort(source.reason);
    }
    controllers.clear();
  };
  source.addEventListener('abort', abortAll, { once: true });
  return controllers;
}

/** Its sources hold it until it is aborted or released: one of the two has to come. */
export class LinkedController {
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];

  constructor(...sources: readonly AbortSignal[]) {
    this.#sources = sources;
    const aborted = sources.find((source) => source.aborted);
    if (aborted !== undefined) {
      this.#controller.abort(aborted.reason);
      return;
    }
    for (const source of sources) {
      controllersOf(source).add(this.#controller);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason?: unknown): void {
    this.release();
    this.#controller.abort(reason);
  }

  /** What becomes of the sources is of no more concern: the signal stays as it is. */
  release(): void {
    for (const source of this.#sources) {
      linkedTo.get(source)?.delete(this.#controller);
    }
  }
}
