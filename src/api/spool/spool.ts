import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { unavailable } from '../../errors.ts';
import type { SpoolsOptions } from './spools.ts';

export interface SpoolOptions extends SpoolsOptions {
  /** Throws when there is none; the answer gives it back. */
  readonly takePlace: () => () => void;
}

/** Of what is not in the file yet; also the size of the pieces that it is read in. */
const BUFFER_BYTES = 256 * 1024;
/** Up to here there is no file. */
const MEMORY_BYTES = 1024 * 1024;
/** As for lists that come from the database itself: how long a client may be slow to take what it has, and all of it. */
const WAIT_MS = 30_000;
const TOTAL_MS = 180_000;

export class Spool {
  readonly #options: SpoolOptions;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #bytes = 0;
  #file: FileHandle | undefined;
  #givePlace: (() => void) | undefined;
  #isClosed = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** All that was added. */
  get bytes(): number {
    return this.#bytes;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#bytes += bytes.length;
    if (this.#heldBytes > (this.#file === undefined ? MEMORY_BYTES : BUFFER_BYTES)) {
      await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    this.#file ??= await this.#open();
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    await this.#file.appendFile(Buffer.concat(held));
  }

  async #open(): Promise<FileHandle> {
    this.#givePlace = this.#options.takePlace();
    const path = join(this.#options.folder, `.spool-${randomUUID()}`);
    const file = await open(path, 'ax+', 0o600);
    this.#file = file;
    await unlink(path);
    return file;
  }

  /** What was added, in order; to be read once. A client that takes too long loses the rest of it. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    if (this.#file === undefined) {
      yield* this.#held;
      return;
    }
    const { clock } = this.#options;
    const deadline = clock.monotonic() + TOTAL_MS;
    for await (const chunk of this.#pieces()) {
      const taken = new AbortController();
      const late = clock.sleep(WAIT_MS, taken.signal).then(
        () => this.close(),
        () => undefined,
      );
      yield chunk;
      taken.abort();
      await late;
      if (this.#isClosed || clock.monotonic() > deadline) {
        throw unavailable('a list was not read on in time');
      }
    }
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    const inFile = this.#bytes - this.#heldBytes;
    for (let at = 0; at < inFile; ) {
      const piece = Buffer.allocUnsafe(Math.min(BUFFER_BYTES, inFile - at));
      const { bytesRead = 0 } = (await this.#file?.read(piece, 0, piece.length, at)) ?? {};
      if (bytesRead === 0) {
        throw new Error('a spooled list is shorter than what was written of it');
      }
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
    yield* this.#held;
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#held = [];
      this.#givePlace?.();
      await this.#file?.close();
    }
  }
}
