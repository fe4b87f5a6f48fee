/** SPDY/3.1 frames to bytes and back. Pure. Source: draft-mbelshe-httpbis-spdy-00, section 2. */

export const FLAG_FIN = 1;
const HEADER_BYTES = 8;
const VERSION = 3;
/** Kubernetes' clients send 32 KiB at a time. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

export const TYPES = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const RESET = { protocolError: 1, refused: 3, cancel: 5, internalError: 6 } as const;

/** The other side does not speak SPDY as we know it: the connection is lost. */
export class SpdyError extends Error {}

export interface DataFrame {
  readonly kind: 'data';
  readonly streamId: number;
  readonly fin: boolean;
  readonly payload: Buffer;
}
export interface ControlFrame {
  readonly kind: 'control';
  readonly type: number;
  readonly flags: number;
  readonly payload: Buffer;
}
export type Frame = DataFrame | ControlFrame;

/** The frame at the beginning of `bytes` and its length; undefined while it is not whole. Throws SpdyError. */
export function readFrame(bytes: Buffer): { readonly frame: Frame; readonly length: number } | undefined {
  if (bytes.length < HEADER_BYTES) {
    return undefined;
  }
  const word = bytes.readUInt32BE(0);
  const flags = bytes.readUInt8(4);
  const size = bytes.readUIntBE(5, 3);
  const isControl = word >= 0x80000000;
  if (size > MAX_PAYLOAD_BYTES) {
    throw new SpdyError(`frame of ${size} bytes`);
  }
  if (isControl && ((word >>> 16) & 0x7fff) !== VERSION) {
    throw new SpdyError(`version ${(word >>> 16) & 0x7fff}`);
  }
  const length = HEADER_BYTES + size;
  if (bytes.length < length) {
    return undefined;
  }
  const payload = bytes.subarray(HEADER_BYTES, length);
  const frame: Frame = isControl
    ? { kind: 'control', type: word & 0xffff, flags, payload }
    : { kind: 'data', streamId: word, fin: (flags & FLAG_FIN) !== 0, payload };
  return { frame, length };
}

function frameHeader(word: number, flags: number, size: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(word >>> 0, 0);
  header.writeUInt8(flags, 4);
  header.writeUIntBE(size, 5, 3);
  return header;
}

export const controlFrame = (type: number, payload: Uint8Array, flags = 0): Buffer =>
  Buffer.concat([frameHeader((0x80000000 | (VERSION << 16) | type) >>> 0, flags, payload.length), payload]);

export const dataFrame = (streamId: number, payload: Uint8Array, fin = false): Buffer =>
  Buffer.concat([frameHeader(streamId, fin ? FLAG_FIN : 0, payload.length), payload]);

const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) {
    bytes.writeUInt32BE(value >>> 0, index * 4);
  }
  return bytes;
};

export const resetFrame = (streamId: number, status: number): Buffer =>
  controlFrame(TYPES.rstStream, words(streamId, status));
export const goAwayFrame = (lastStreamId: number): Buffer => controlFrame(TYPES.goAway, words(lastStreamId, 0));
export const synReplyFrame = (streamId: number, block: Uint8Array): Buffer =>
  controlFrame(TYPES.synReply, Buffer.concat([words(streamId), block]));

/** The stream that a control frame is about. Throws SpdyError when it is too short to say. */
export function streamIdOf({ payload }: ControlFrame): number {
  if (payload.length < 4) {
    throw new SpdyError('truncated control frame');
  }
  return payload.readUInt32BE(0) & 0x7fffffff;
}
