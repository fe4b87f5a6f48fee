/**
 * Answers in the order of their items, whatever order they are found in, and the measure of what is under way: whoever
 * adds waits for room first, so that neither slow writes nor a client that does not read make it grow.
 */
import { MAX_UNREAD_CHARACTERS } from './limits.ts';

interface Place {
  readonly bytes: number;
  text?: string;
}

/** Gives the item its answer; called once. */
export type Settle = (text: string) => void;

/** Of what is under way. */
export interface PendingLimits {
  readonly items: number;
  readonly bytes: number;
}

export class AnswerQueue {
  readonly #limits: PendingLimits;
  readonly #places: (Place | undefined)[] = [];
  /** The first place whose answer was not taken. */
  #next = 0;
  #pendingItems = 0;
  #pendingBytes = 0;
  #unread = 0;
  #closed = false;
  /** One adds and one takes: each waits here for the other. */
  readonly #waiting = new Set<() => void>();

  constructor(limits: PendingLimits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return (
      this.#pendingItems >= this.#limits.items ||
      this.#pendingBytes >= this.#limits.bytes ||
      this.#unread >= MAX_UNREAD_CHARACTERS
    );
  }

  /** Resolves when there is room for one more, or when the signal aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.isFull && !signal.aborted) {
      await this.#changed(signal);
    }
  }

  add(bytes: number): Settle {
    const place: Place = { bytes };
    this.#places.push(place);
    this.#pendingItems += 1;
    this.#pendingBytes += bytes;
    return (text) => {
      place.text = text;
      this.#pendingItems -= 1;
      this.#pendingBytes -= bytes;
      this.#unread += text.length;
      this.#wake();
    };
  }

  /** Nothing more is added. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** All answers that are there, joined; ends when the last was taken after `close`, or when the signal aborts. */
  async *taken(signal: AbortSignal): AsyncGenerator<string, void> {
    while (!signal.aborted) {
      const text = this.#take();
      if (text !== '') {
        yield text;
      } else if (this.#closed && this.#next === this.#places.length) {
        return;
      } else {
        await this.#changed(signal);
      }
    }
  }

  #take(): string {
    let joined = '';
    for (let place = this.#places[this.#next]; place?.text !== undefined; place = this.#places[this.#next]) {
      joined += place.text;
      this.#places[this.#next] = undefined;
      this.#next += 1;
    }
    this.#unread -= joined.length;
    if (joined !== '') {
      this.#wake();
    }
    return joined;
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) {
      wake();
    }
  }
}
