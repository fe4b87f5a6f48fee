/** How a transport tells one event from the next. */

export interface Framing {
  /** Unique: what is made in one framing is shared by all watches of that framing. */
  readonly name: string;
  frame(json: string): Buffer;
}

/** HTTP: one event a line. */
export const LINES: Framing = { name: 'lines', frame: (json) => Buffer.from(`${json}\n`) };

/** FIN and the opcode of text. */
const FINAL_TEXT = 0x81;
const TWO_BYTE_LENGTH = 126;
const EIGHT_BYTE_LENGTH = 127;

function lengthBytes(length: number): Buffer {
  if (length < TWO_BYTE_LENGTH) {
    return Buffer.from([length]);
  }
  if (length <= 0xffff) {
    const bytes = Buffer.from([TWO_BYTE_LENGTH, 0, 0]);
    bytes.writeUInt16BE(length, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = EIGHT_BYTE_LENGTH;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

/** WebSocket: one unmasked text frame an event (RFC 6455, 5.2), made here since ws would make it anew for each socket. */
export const TEXT_FRAMES: Framing = {
  name: 'text frames',
  frame: (json) => {
    const payload = Buffer.from(json);
    return Buffer.concat([Buffer.from([FINAL_TEXT]), lengthBytes(payload.length), payload]);
  },
};
