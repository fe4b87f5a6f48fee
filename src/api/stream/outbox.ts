/** Writes to one socket with back-pressure: whoever sends waits while the client does not read. */
import type { WebSocket } from 'ws';
import type { ServerMessage } from './messages.ts';

/** Beyond this, a sender waits until its frame has left for the kernel. */
const HIGH_WATER_BYTES = 1024 * 1024;

export class Outbox {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Resolves when the next frame may be sent; also when the socket is gone, which its `close` event tells. */
  send(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState !== this.#socket.OPEN) {
        resolve();
        return;
      }
      this.#socket.send(text, () => resolve());
      if (this.#socket.bufferedAmount < HIGH_WATER_BYTES) {
        resolve();
      }
    });
  }

  message(message: ServerMessage): Promise<void> {
    return this.send(JSON.stringify(message));
  }
}
