/**
 * A live stream's subscriber that counts instead of parsing: a thousand full WebSocket clients in one process would be
 * measured, not the server. Subscribes once; sees the end of the snapshot; counts the events after it.
 */
import type { Socket } from 'node:net';
import { openSocket, type Target } from './http-connection.ts';

const STREAM_PATH = '/apis/fleet.flotilla.dev/v1alpha1/stream';
/** In every event of the kind that is written, nowhere else in a frame. */
const EVENT = Buffer.from('"type":"ADDED"');
const SNAPSHOT_END = Buffer.from('"last":true');
/** A client that answers no ping of the server's must send something now and then. */
const PING_MS = 10_000;
const LONGEST = Math.max(EVENT.length, SNAPSHOT_END.length);

/** The request that opens a stream. */
export function upgrade(target: Target): string {
  return [
    `GET ${STREAM_PATH} HTTP/1.1`,
    `host: ${target.host}`,
    `authorization: Bearer ${target.token}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    // Any 16 bytes: nothing between us could mistake the answer for a cached one.
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    '\r\n',
  ].join('\r\n');
}

/** A text frame of up to 125 bytes under the mask 0, which clients must set and which changes nothing. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) {
    throw new Error('the message is too long for a short frame');
  }
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

export class StreamSocket {
  readonly #socket: Socket;
  readonly #onEnd: (error: Error) => void;
  #tail: Buffer = Buffer.alloc(0);
  #onSnapshot: (() => void) | undefined;
  /** Since the snapshot. */
  events = 0;

  private constructor(socket: Socket, onEnd: (error: Error) => void) {
    this.#socket = socket;
    this.#onEnd = onEnd;
  }

  /** Resolves when the snapshot of all objects of the kind is whole. `onEnd` is told when the server ends the socket. */
  static async open(target: Target, kind: string, onEnd: (error: Error) => void): Promise<StreamSocket> {
    const self = new StreamSocket(await openSocket(target), onEnd);
    await self.#subscribe(target, JSON.stringify({ type: 'subscribe', id: 's', apiVersion: 'v1', kind }));
    return self;
  }

  #subscribe(target: Target, message: string): Promise<void> {
    const socket = this.#socket;
    const pinging = setInterval(() => socket.write(textFrame('{"type":"ping"}')), PING_MS);
    socket.on('close', () => {
      clearInterval(pinging);
      this.#onEnd(new Error('the server closed a stream'));
    });
    socket.write(upgrade(target));
    socket.once('data', () => socket.write(textFrame(message)));
    return new Promise((resolve) => {
      this.#onSnapshot = resolve;
      socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    });
  }

  /** What is looked for may be cut in two: the end of each chunk is looked at again with the next. */
  #receive(chunk: Buffer): void {
    const text = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    let seen = 0;
    if (this.#onSnapshot === undefined) {
      for (let at = text.indexOf(EVENT); at >= 0; at = text.indexOf(EVENT, seen)) {
        this.events += 1;
        seen = at + EVENT.length;
      }
    } else if (text.includes(SNAPSHOT_END)) {
      this.#onSnapshot();
      this.#onSnapshot = undefined;
      seen = text.length;
    }
    this.#tail = Buffer.from(text.subarray(Math.max(seen, text.length - LONGEST + 1)));
  }
}
