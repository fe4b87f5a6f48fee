/** A pipe in memory, as between two processes: who writes waits while it is full, who reads waits while it is empty. */

const LIMIT_BYTES = 64 * 1024;

export class BytePipe implements AsyncIterable<Uint8Array> {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #ended = false;
  #abandoned = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  constructor(limit = LIMIT_BYTES) {
    this.#limit = limit;
  }

  get bufferedBytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#limit;
  }

  /** Takes the chunk at once; resolves when there is room for more, or nobody will read any more: then with false. */
  async write(chunk: Uint8Array): Promise<boolean> {
    if (this.#ended || this.#abandoned) {
      return false;
    }
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#wakeReader?.();
    }
    while (this.isFull && !this.#abandoned) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
    }
    return !this.#abandoned;
  }

  /** What was written is still read. Idempotent. */
  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
  }

  /** Nobody reads any more: what is there is dropped, and writers go on. Idempotent. */
  abandon(): void {
    this.#abandoned = true;
    this.#chunks = [];
    this.#release(this.#bytes);
    this.#wakeReader?.();
  }

  /** The next chunk, or undefined at the end. One reader at a time. */
  async read(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && !this.#ended && !this.#abandoned) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    const chunk = this.#chunks.shift();
    this.#release(chunk?.length ?? 0);
    return chunk;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) {
        yield chunk;
      }
    } finally {
      this.abandon();
    }
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    if (!this.isFull || this.#abandoned) {
      for (const wake of this.#wakeWriters.splice(0)) {
        wake();
      }
    }
  }
}
