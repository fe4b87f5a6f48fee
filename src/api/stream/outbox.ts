/** Writes to one socket in order and with back-pressure: whoever sends waits while the client does not read. */
import type { WebSocket } from 'ws';
import type { ServerMessage } from './messages.ts';

/**
 * Beyond this the next frame waits until the last one has left for the kernel: what a client that never reads costs,
 * twice, as TLS holds the bytes once more.
 */
const HIGH_WATER_BYTES = 128 * 1024;

/** JSON; as bytes where many sockets are sent the same. */
export type Frame = string | Buffer;

export class Outbox {
  readonly #socket: WebSocket;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Frames wait for the client: one that may be left out should be. */
  get isBlocked(): boolean {
    return this.#waiting > 0;
  }

  /** Resolves when the next frame may be sent; also when the socket is gone, which its `close` event tells. */
  send(frame: Frame): Promise<void> {
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#write(frame));
    return this.#last.then(() => {
      this.#waiting -= 1;
    });
  }

  message(message: ServerMessage): Promise<void> {
    return this.send(JSON.stringify(message));
  }

  #write(frame: Frame): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState !== this.#socket.OPEN) {
        resolve();
        return;
      }
      this.#socket.send(frame, { binary: false }, () => resolve());
      if (this.#socket.bufferedAmount < HIGH_WATER_BYTES) {
        resolve();
      }
    });
  }
}
