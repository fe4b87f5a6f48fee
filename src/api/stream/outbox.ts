/** Writes to one socket in order and with back-pressure: whoever sends waits while the client does not read. */
import type { WebSocket } from 'ws';
import { Turns } from '../../timing/turns.ts';
import type { ServerMessage } from './messages.ts';

/**
 * Beyond this the next frame waits until the last one has left for the kernel: what a client that never reads costs,
 * twice, as TLS holds the bytes once more.
 */
const HIGH_WATER_BYTES = 128 * 1024;

/** Makes a frame when its turn has come, so that a client that does not read holds none; undefined: none after all. */
export type MakeFrame = () => string | Buffer | undefined;

/** What subscriptions need of it. */
export interface FrameSink {
  /** Resolves when the next frame may be sent. */
  send(make: MakeFrame): Promise<void>;
  message(message: ServerMessage): Promise<void>;
}

export class Outbox implements FrameSink {
  readonly #socket: WebSocket;
  readonly #others = new Turns();
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Frames wait for the client: one that may be left out should be. */
  get isBlocked(): boolean {
    return this.#waiting > 0;
  }

  /** Also resolves when the socket is gone: its `close` event has ended the subscriptions by then. */
  send(make: MakeFrame): Promise<void> {
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#write(make));
    return this.#last.then(() => {
      this.#waiting -= 1;
    });
  }

  message(message: ServerMessage): Promise<void> {
    return this.send(() => JSON.stringify(message));
  }

  /** What one client is sent in a turn is bounded: snapshots for 100 subscriptions are hundreds of megabytes. */
  async #write(make: MakeFrame): Promise<void> {
    await this.#others.after(await this.#writeOne(make));
  }

  /** Resolves to the frame's length. */
  #writeOne(make: MakeFrame): Promise<number> {
    return new Promise((resolve) => {
      const { readyState, OPEN, CLOSED } = this.#socket;
      if (readyState !== OPEN && readyState !== CLOSED) {
        // Who sends in a loop must not run on while the close is under way.
        this.#socket.once('close', () => resolve(0));
        return;
      }
      const frame = readyState === OPEN ? make() : undefined;
      if (frame === undefined) {
        resolve(0);
        return;
      }
      this.#socket.send(frame, { binary: false }, () => resolve(frame.length));
      if (this.#socket.bufferedAmount < HIGH_WATER_BYTES) {
        resolve(frame.length);
      }
    });
  }
}
