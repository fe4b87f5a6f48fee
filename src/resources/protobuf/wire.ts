/** Protobuf's wire form. It is read strictly: nothing reaches over the end of what it is part of. */
import protobuf, { type Reader, type Writer } from 'protobufjs/minimal.js';
import { TooManyFields, WireError } from './wire-error.ts';

export type { Reader, Writer };

export const VARINT = 0;
export const LENGTH_DELIMITED = 2;
export type WireType = typeof VARINT | typeof LENGTH_DELIMITED;

export const readerOf = (bytes: Uint8Array): Reader => protobuf.Reader.create(bytes);

export const newWriter = (): Writer => protobuf.Writer.create();

export const tagOf = (number: number, wireType: WireType): number => (number << 3) | wireType;

export function checkWireType(given: number, expected: WireType, field: string): void {
  if (given !== expected) {
    throw new WireError(`proto: wrong wireType = ${given} for field ${field}`);
  }
}

/** Runs `read` on the message that begins here. The reader's own length is its bound meanwhile. */
export function within(reader: Reader, read: (reader: Reader) => void): void {
  const length = reader.size();
  const outer = reader.len;
  if (length > outer - reader.pos) {
    throw new WireError('unexpected EOF');
  }
  reader.len = reader.pos + length;
  read(reader);
  reader.len = outer;
}

/**
 * As many as fit the time that one request may take: a megabyte of empty containers, two bytes each, held the thread
 * for seconds. Go writes zeros too, so that a value takes more fields here than in JSON.
 */
export const MAX_FIELDS = 100_000;

const spent = new WeakMap<Reader, number>();

/** Throws when a body has more fields and list items than it may. */
export function countField(reader: Reader): void {
  const count = (spent.get(reader) ?? 0) + 1;
  if (count > MAX_FIELDS) {
    throw new TooManyFields();
  }
  spent.set(reader, count);
}

/** Calls `read` with every field up to the reader's end; what it says no to is skipped. */
export function eachField(reader: Reader, read: (number: number, wireType: number) => boolean): void {
  while (reader.pos < reader.len) {
    countField(reader);
    const tag = reader.tag();
    if (!read(tag >>> 3, tag & 7)) {
      reader.skipType(tag & 7, 0, tag >>> 3);
    }
  }
}

/** As Go's JSON encoder does it: what is not UTF-8 becomes U+FFFD. */
export function readText(reader: Reader): string {
  const { buffer, byteOffset, byteLength } = reader.bytes();
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

export function readBase64(reader: Reader): string {
  const { buffer, byteOffset, byteLength } = reader.bytes();
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Beyond the safe integers it is rounded, and then refused by what checks the JSON form. */
export const readInt64 = (reader: Reader): number => Number(String(reader.int64()));
