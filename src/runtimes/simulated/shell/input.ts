/** What programs read from: chunks or lines, whoever takes them first. */

import { FileError } from '../files/file-system.ts';

export interface Input {
  /** undefined: the end. */
  read(): Promise<Uint8Array | undefined>;
  /** The next line with its newline, which only the last may lack. */
  line(): Promise<string | undefined>;
}

/** A longer line is cut there: a program that waits for a line keeps no more in memory. */
const MAX_LINE_BYTES = 1024 * 1024;
/** Of one thing that a shell keeps in memory: what a command printed, a text, or all variables together. */
export const MAX_KEPT = 16 * 1024 * 1024;

export class StreamInput implements Input {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#rest.length > 0) {
      const rest = this.#rest;
      this.#rest = Buffer.alloc(0);
      return rest;
    }
    const { done, value } = await this.#source.next();
    return done === true ? undefined : value;
  }

  async line(): Promise<string | undefined> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) {
      const end = chunk.indexOf(0x0a);
      parts.push(end < 0 ? chunk : chunk.subarray(0, end + 1));
      bytes += chunk.length;
      if (end >= 0 || bytes > MAX_LINE_BYTES) {
        this.#rest = end < 0 ? this.#rest : Buffer.from(chunk.subarray(end + 1));
        break;
      }
    }
    return parts.length === 0 ? undefined : Buffer.concat(parts).toString();
  }
}

export const noInput: Input = { read: async () => undefined, line: async () => undefined };

/** Throws when it is more than a program here may keep in memory. */
export async function readAll(input: Input): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_KEPT) {
      throw new FileError('Cannot allocate memory');
    }
  }
  return Buffer.concat(chunks);
}
