/** An AbortController that also aborts when one of the signals that it is linked to does. */

/**
 * Controllers by the signal that they are linked to. Not AbortSignal.any: in Node 20 a signal keeps what it was ever
 * combined with, for as long as it lives (nodejs/node#55351: 1,100 entries a minute of the signal of a whole process),
 * and one takes 18 µs. A listener each would not do either: EventTarget looks through all of them to take one off.
 */
const linksOf = new WeakMap<AbortSignal, Links>();

/** The controllers that are linked to a signal, which it is heard for as long as there are some. */
class Links {
  readonly #source: AbortSignal;
  readonly #controllers = new Set<AbortController>();

  constructor(source: AbortSignal) {
    this.#source = source;
  }

  add(controller: AbortController): void {
    if (this.#controllers.size === 0) {
      this.#source.addEventListener('abort', this.#abortAll, { once: true });
    }
    this.#controllers.add(controller);
  }

  /** Node holds a signal of a time-out, or of others, for as long as it has a listener. */
  delete(controller: AbortController): void {
    if (this.#controllers.delete(controller) && this.#controllers.size === 0) {
      this.#source.removeEventListener('abort', this.#abortAll);
    }
  }

  readonly #abortAll = (): void => {
    for (const controller of this.#controllers) {
      controller.abort(this.#source.reason);
    }
    this.#controllers.clear();
  };
}

function linksTo(source: AbortSignal): Links {
  const links = linksOf.get(source) ?? new Links(source);
  linksOf.set(source, links);
  return links;
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
      linksTo(source).add(this.#controller);
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
      linksOf.get(source)?.delete(this.#controller);
    }
  }
}
