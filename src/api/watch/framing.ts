/** How a transport tells one event from the next. */
import { encodeEvent } from '../../resources/protobuf/encode-protobuf.ts';
import { nextRound } from '../../timing/turns.ts';
import { JSON_TYPE, PROTOBUF_TYPE } from '../http/media-type.ts';

export interface Framing {
  /** Unique: what is made in one framing is shared by all watches of that framing. */
  readonly name: string;
  readonly mediaType: string;
  /** `json` is an event. */
  frame(json: string): Buffer;
  /** Where that is much work for a long event: the same, in some turns. */
  frameInTurns?(json: string): Promise<Buffer>;
}

/** Those of one transport. */
export interface Framings {
  readonly json: Framing;
  readonly protobuf: Framing;
}

/** Source: apiserver's handlers/watch.go. JSON goes without the parameter. */
const PROTOBUF_STREAM = `${PROTOBUF_TYPE};stream=watch`;

type Parsed = Readonly<{ type: string; object: Parameters<typeof encodeEvent>[1] }>;

/** `finish`: gives an event its length. */
function protobufFraming(name: string, finish: (event: Uint8Array) => Buffer): Framing {
  const parse = (json: string): Parsed => JSON.parse(json) as Parsed;
  const encode = ({ type, object }: Parsed): Buffer => finish(encodeEvent(type, object));
  return {
    ...{ name, mediaType: PROTOBUF_STREAM },
    frame: (json) => encode(parse(json)),
    async frameInTurns(json) {
      await nextRound();
      const event = parse(json);
      await nextRound();
      const bytes = encode(event);
      await nextRound();
      return bytes;
    },
  };
}

/** HTTP: one event a line. */
export const LINES: Framing = { name: 'lines', mediaType: JSON_TYPE, frame: (json) => Buffer.from(`${json}\n`) };

/** HTTP: four bytes that tell an event's length, then the event. Source: apimachinery's framer.NewLengthDelimited…. */
export const LENGTHS: Framing = protobufFraming('lengths', (event) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
});

export const HTTP_FRAMINGS: Framings = { json: LINES, protobuf: LENGTHS };

/** FIN and the opcode. */
const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
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

/** One unmasked frame (RFC 6455, 5.2), made here since ws would make it anew for each socket. */
const socketFrame = (opcode: number, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([opcode]), lengthBytes(payload.length), payload]);

/** WebSocket: one frame an event. */
export const TEXT_FRAMES: Framing = {
  name: 'text frames',
  mediaType: JSON_TYPE,
  frame: (json) => socketFrame(FINAL_TEXT, Buffer.from(json)),
};
const BINARY_FRAMES: Framing = protobufFraming('binary frames', (event) => socketFrame(FINAL_BINARY, event));

export const SOCKET_FRAMINGS: Framings = { json: TEXT_FRAMES, protobuf: BINARY_FRAMES };
