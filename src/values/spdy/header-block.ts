/**
 * Header blocks: names and values, compressed with what came before on the connection. Every block ends at a byte
 * (a sync flush), so each is inflated by itself, with the last 32 KiB of output as its dictionary.
 */
import { constants, inflateRawSync } from 'node:zlib';
import { DICTIONARY } from './dictionary.ts';
import { SpdyError } from './frames.ts';

export type Headers = ReadonlyMap<string, string>;

/** Of one block, inflated: Kubernetes' are under 200 bytes. */
const MAX_BLOCK_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
const WINDOW_BYTES = 32 * 1024;
/** zlib's own header, and the checksum of the dictionary where its flag says so. Source: RFC 1950. */
const ZLIB_HEADER = 2;
const DICTIONARY_FLAG = 0x20;
const CHECKSUM = 4;
const MAX_STORED = 0xffff;
/** An empty stored block: only there does Go's inflater hand over what it has. */
const SYNC_FLUSH = Buffer.from([0, 0, 0, 0xff, 0xff]);

export class HeaderReader {
  #window: Buffer = DICTIONARY;
  #begun = false;

  /** Throws SpdyError. */
  read(block: Buffer): Headers {
    const plain = this.#inflate(this.#begun ? block : this.#strip(block));
    this.#window = Buffer.concat([this.#window, plain]).subarray(-WINDOW_BYTES);
    return parseHeaders(plain);
  }

  #strip(block: Buffer): Buffer {
    this.#begun = true;
    const flags = block[1] ?? 0;
    return block.subarray(ZLIB_HEADER + ((flags & DICTIONARY_FLAG) === 0 ? 0 : CHECKSUM));
  }

  #inflate(block: Buffer): Buffer {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_BLOCK_BYTES, dictionary: this.#window };
    try {
      return inflateRawSync(block, options);
    } catch (error) {
      throw new SpdyError('unreadable header block', { cause: error });
    }
  }
}

/** Throws SpdyError. */
export function parseHeaders(plain: Buffer): Headers {
  let at = 0;
  const number = (): number => {
    if (at + 4 > plain.length) {
      throw new SpdyError('truncated header block');
    }
    at += 4;
    return plain.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (at + length > plain.length) {
      throw new SpdyError('truncated header block');
    }
    at += length;
    return plain.toString('utf8', at - length, at);
  };
  const headers = new Map<string, string>();
  const count = number();
  if (count > MAX_HEADERS) {
    throw new SpdyError(`${count} headers`);
  }
  for (let i = 0; i < count; i += 1) {
    headers.set(text().toLowerCase(), text());
  }
  return headers;
}

export function formatHeaders(headers: Headers): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const texts = [...headers].flat().flatMap((text) => [number(Buffer.byteLength(text)), Buffer.from(text)]);
  return Buffer.concat([number(headers.size), ...texts]);
}

/** Ours are empty or short: stored, not compressed, which every inflater reads. Source: RFC 1951, section 3.2.4. */
export class HeaderWriter {
  #begun = false;

  write(headers: Headers): Buffer {
    const plain = formatHeaders(headers);
    if (plain.length > MAX_STORED) {
      throw new SpdyError('headers are too long');
    }
    const stored = Buffer.from([0, 0, 0, 0, 0]);
    stored.writeUInt16LE(plain.length, 1);
    stored.writeUInt16LE(plain.length ^ MAX_STORED, 3);
    const start = this.#begun ? Buffer.alloc(0) : Buffer.from([0x78, 0x01]);
    this.#begun = true;
    return Buffer.concat([start, stored, plain, SYNC_FLUSH]);
  }
}
