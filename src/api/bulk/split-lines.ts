/** Lines out of chunks of bytes, wherever the chunks end. Holds one line at most, and never more than the limit of it. */

const LINE_FEED = 0x0a;
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d]);
const EMPTY = Buffer.alloc(0);

/** Stands for a line over the limit, of which nothing is kept. */
export const TOO_LONG: unique symbol = Symbol('too long');
export type Line = Buffer | typeof TOO_LONG;

const isBlank = (line: Buffer): boolean => line.every((byte) => BLANKS.has(byte));

export class LineSplitter {
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not come: the first `#size` bytes. */
  #begun: Buffer = EMPTY;
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in this chunk, without their ends; blank ones are left out. Read it to its end. */
  *push(chunk: Buffer): Generator<Line, void> {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield* this.#complete(chunk.subarray(from, end));
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** What stands after the last line end. */
  *end(): Generator<Line, void> {
    yield* this.#complete(EMPTY);
  }

  *#complete(rest: Buffer): Generator<Line, void> {
    let line = rest;
    if (this.#size > 0) {
      this.#keep(rest);
      line = this.#begun.subarray(0, this.#size);
    }
    const size = this.#size === 0 ? rest.length : this.#size;
    this.#begun = EMPTY;
    this.#size = 0;
    if (size > this.#maxBytes) {
      yield TOO_LONG;
    } else if (!isBlank(line)) {
      yield line;
    }
  }

  /** Doubles its room as it grows: many small chunks of one line cost as much as one. */
  #keep(part: Buffer): void {
    const size = this.#size + part.length;
    if (size > this.#maxBytes) {
      this.#begun = EMPTY;
    } else if (part.length > 0) {
      if (size > this.#begun.length) {
        const grown = Buffer.allocUnsafe(Math.min(Math.max(size, 2 * this.#begun.length), this.#maxBytes));
        this.#begun.copy(grown, 0, 0, this.#size);
        this.#begun = grown;
      }
      part.copy(this.#begun, this.#size);
    }
    this.#size = size;
  }
}
