/** Small texts and bytes, copied into chunks of a size that is cheap to send. */

const CHUNK_BYTES = 256 * 1024;
/** The most that a UTF-16 unit takes as UTF-8. */
const BYTES_A_UNIT = 3;

export class GatheredBytes {
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #used = 0;
  #done: Buffer[] = [];

  add(part: string | Uint8Array): void {
    const atMost = typeof part === 'string' ? part.length * BYTES_A_UNIT : part.length;
    if (atMost > CHUNK_BYTES - this.#used) {
      this.#finish();
    }
    if (atMost > CHUNK_BYTES) {
      this.#done.push(
        typeof part === 'string' ? Buffer.from(part) : Buffer.from(part.buffer, part.byteOffset, part.length),
      );
    } else if (typeof part === 'string') {
      this.#used += this.#chunk.write(part, this.#used);
    } else {
      this.#chunk.set(part, this.#used);
      this.#used += part.length;
    }
  }

  /** Chunks that are complete, each once. */
  full(): readonly Buffer[] {
    const done = this.#done;
    if (done.length > 0) {
      this.#done = [];
    }
    return done;
  }

  /** The complete ones and the one that was begun. */
  rest(): readonly Buffer[] {
    this.#finish();
    return this.full();
  }

  #finish(): void {
    if (this.#used > 0) {
      this.#done.push(this.#chunk.subarray(0, this.#used));
      // What was handed out is the socket's.
      this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      this.#used = 0;
    }
  }
}
