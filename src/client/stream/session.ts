/** One WebSocket: its frames in order, with a limit to every silence. */
import { within } from '../backoff.ts';
import type { Socket, Tools } from '../transport.ts';
import type { Frame } from './frames.ts';
import { Mailbox } from './mailbox.ts';

/** A connection that is not open by then is given up. */
export const OPENING_MS = 15_000;
/** Three heartbeats may be lost. */
const SILENT_HEARTBEATS = 3.5;

export class Session {
  readonly #socket: Socket;
  readonly #tools: Tools;
  readonly #frames = new Mailbox<Frame>();
  #silenceMs = OPENING_MS;
  /** The server spoke: it has accepted us. */
  isLive = false;

  constructor(socket: Socket, tools: Tools) {
    this.#socket = socket;
    this.#tools = tools;
    socket.addEventListener('message', ({ data }) => this.#receive(String(data)));
    socket.addEventListener('close', () => this.#frames.close());
    socket.addEventListener('error', () => this.#frames.close());
  }

  #receive(text: string): void {
    let frame: Frame;
    try {
      frame = JSON.parse(text) as Frame;
    } catch {
      // Whoever speaks there is not Flotilla: as good as no connection.
      this.close();
      return;
    }
    if (frame.type === 'hello') {
      this.isLive = true;
      this.#silenceMs = frame.heartbeatSeconds * 1_000 * SILENT_HEARTBEATS;
    }
    this.#frames.put(frame);
  }

  /** Undefined: the connection has ended. Rejects after too long a silence. */
  next(): Promise<Frame | undefined> {
    const { clock, signal } = this.#tools;
    return within(this.#frames.take(), this.#silenceMs, clock, signal);
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#frames.close();
    this.#socket.close();
  }
}
