/**
 * The client's side of a SPDY/3.1 connection, as the streaming URLs of a CRI speak it. In place of WebSocket v4, which
 * cannot say that standard input has ended. Windows are not kept, as in Kubernetes (moby/spdystream).
 */
import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { BytePipe } from '../../timing/byte-pipe.ts';
import {
  controlFrame,
  dataFrame,
  FLAG_FIN,
  type Frame,
  goAwayFrame,
  readFrame,
  streamIdOf,
  TYPES,
} from '../../values/spdy/frames.ts';
import { HeaderWriter } from '../../values/spdy/header-block.ts';
import { RuntimeError } from '../runtime.ts';

export interface ClientStream {
  readonly input: BytePipe;
  write(chunk: Uint8Array): Promise<void>;
  /** No more from our side. */
  end(): void;
}

const MAX_DATA_BYTES = 32 * 1024;

export class SpdyClient {
  readonly #socket: Duplex;
  readonly #writer = new HeaderWriter();
  readonly #streams = new Map<number, ClientStream>();
  #rest: Buffer = Buffer.alloc(0);
  #nextId = 1;

  constructor(socket: Duplex, head: Buffer) {
    this.#socket = socket;
    // An error ends the streams by its close.
    socket.on('error', () => undefined);
    this.#read(head).catch(() => socket.destroy());
  }

  open(headers: Readonly<Record<string, string>>): ClientStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const ids = Buffer.alloc(10);
    ids.writeUInt32BE(id);
    // Go's reader refuses other names.
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const block = this.#writer.write(new Map(lower));
    const stream: ClientStream = {
      input: new BytePipe(),
      write: async (chunk) => {
        for (let at = 0; at < chunk.length && this.#streams.has(id); at += MAX_DATA_BYTES) {
          await this.#send(dataFrame(id, chunk.subarray(at, at + MAX_DATA_BYTES)));
        }
      },
      end: () => {
        this.#send(dataFrame(id, Buffer.alloc(0), true)).catch(() => undefined);
      },
    };
    this.#streams.set(id, stream);
    this.#send(controlFrame(TYPES.synStream, Buffer.concat([ids, block]))).catch(() => undefined);
    return stream;
  }

  close(): void {
    this.#send(goAwayFrame(0)).catch(() => undefined);
    this.#socket.destroy();
  }

  async #send(bytes: Buffer): Promise<void> {
    if (this.#socket.destroyed || this.#socket.write(bytes)) {
      return;
    }
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#socket.off('drain', go).off('close', go);
        resolve();
      };
      this.#socket.once('drain', go).once('close', go);
    });
  }

  /** Reads no faster than the streams are read. */
  async #read(head: Buffer): Promise<void> {
    try {
      await this.#take(head);
      for await (const chunk of this.#socket) {
        await this.#take(chunk as Buffer);
      }
    } catch {
      // A connection that broke has ended.
    } finally {
      for (const { input } of this.#streams.values()) {
        input.end();
      }
      this.#streams.clear();
    }
  }

  async #take(bytes: Buffer): Promise<void> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (let next = readFrame(this.#rest); next !== undefined; next = readFrame(this.#rest)) {
      this.#rest = this.#rest.subarray(next.length);
      await this.#frame(next.frame);
    }
  }

  async #frame(frame: Frame): Promise<void> {
    if (frame.kind === 'control') {
      if (frame.type === TYPES.ping) {
        await this.#send(controlFrame(TYPES.ping, frame.payload));
      } else if (frame.type === TYPES.rstStream || (frame.type === TYPES.synReply && (frame.flags & FLAG_FIN) !== 0)) {
        this.#streams.get(streamIdOf(frame))?.input.end();
      }
      return;
    }
    const stream = this.#streams.get(frame.streamId);
    await stream?.input.write(Uint8Array.from(frame.payload));
    if (frame.fin) {
      stream?.input.end();
    }
  }
}

/** Throws RuntimeError with what the server said in place of the upgrade. */
export async function connectSpdy(url: string, protocol: string, signal: AbortSignal): Promise<SpdyClient> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const asked = request(url, {
    method: 'POST',
    // The runtime serves it with a certificate that it signed itself; the URL's token is what guards it.
    rejectUnauthorized: false,
    headers: {
      connection: 'Upgrade',
      upgrade: 'SPDY/3.1',
      'x-stream-protocol-version': protocol,
      'content-length': '0',
    },
    signal,
  });
  asked.end();
  const answered = Promise.race([once(asked, 'upgrade'), once(asked, 'response')]);
  const [answer, socket, head] = (await answered.catch((cause: unknown) => {
    throw new RuntimeError('Unavailable', `error dialing the streaming server: ${(cause as Error).message}`, { cause });
  })) as [IncomingMessage, Duplex | undefined, Buffer | undefined];
  if (socket === undefined || head === undefined) {
    const text = (await answer.setEncoding('utf8').toArray()).join('');
    throw new RuntimeError('Unavailable', `unable to upgrade connection: ${text || answer.statusMessage}`);
  }
  return new SpdyClient(socket, head);
}
