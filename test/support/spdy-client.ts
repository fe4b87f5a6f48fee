/** A small SPDY/3.1 client, as Kubernetes' clients are: real zlib, no windows. */
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { constants, createDeflate } from 'node:zlib';
import { DICTIONARY } from '../../src/values/spdy/dictionary.ts';
import { controlFrame, dataFrame, type Frame, readFrame, streamIdOf, TYPES } from '../../src/values/spdy/frames.ts';
import { formatHeaders } from '../../src/values/spdy/header-block.ts';
import { until } from './until.ts';

export class SpdyClient {
  readonly frames: Frame[] = [];
  closed = false;
  readonly #send: (bytes: Buffer) => void;
  readonly #deflate = createDeflate({ dictionary: DICTIONARY, flush: constants.Z_SYNC_FLUSH });
  #rest: Buffer = Buffer.alloc(0);
  #nextId = 1;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  receive(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (let next = readFrame(this.#rest); next !== undefined; next = readFrame(this.#rest)) {
      this.frames.push(next.frame);
      this.#rest = this.#rest.subarray(next.length);
    }
  }

  /** Resolves with its id when the server has taken it. */
  async open(headers: Readonly<Record<string, string>>): Promise<number> {
    const id = this.#nextId;
    this.#nextId += 2;
    await new Promise<void>((resolve) =>
      this.#deflate.write(formatHeaders(new Map(Object.entries(headers))), () => resolve()),
    );
    const ids = Buffer.alloc(10);
    ids.writeUInt32BE(id);
    this.#send(controlFrame(TYPES.synStream, Buffer.concat([ids, this.#deflate.read() as Buffer])));
    await until(() => this.has(TYPES.synReply, id) || this.has(TYPES.rstStream, id));
    return id;
  }

  raw(bytes: Buffer): void {
    this.#send(bytes);
  }
  data(id: number, text: string | Uint8Array, fin = false): void {
    this.#send(dataFrame(id, Buffer.from(text), fin));
  }

  has(type: number, id?: number): boolean {
    return this.frames.some(
      (frame) => frame.kind === 'control' && frame.type === type && (id === undefined || streamIdOf(frame) === id),
    );
  }
  bytes(id: number): Buffer {
    return Buffer.concat(
      this.frames.flatMap((frame) => (frame.kind === 'data' && frame.streamId === id ? [frame.payload] : [])),
    );
  }
  text(id: number): string {
    return this.bytes(id).toString();
  }
  ended(id: number): boolean {
    return this.frames.some((frame) => frame.kind === 'data' && frame.streamId === id && frame.fin);
  }
}

export interface SpdyAnswer {
  readonly code: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly client?: SpdyClient;
  readonly socket?: Duplex;
}

/** A POST that asks for the upgrade; without one, what the server said instead. */
export async function connectSpdy(
  url: string,
  { ca, headers, method = 'POST' }: { ca: string; headers: Record<string, string | string[]>; method?: string },
): Promise<SpdyAnswer> {
  const asked: ClientRequest = request(url, {
    method,
    ca,
    headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'content-length': '0', ...headers },
  });
  asked.end();
  const [answer, socket, head] = (await Promise.race([once(asked, 'upgrade'), once(asked, 'response')])) as [
    IncomingMessage,
    Duplex | undefined,
    Buffer | undefined,
  ];
  const code = answer.statusCode ?? 0;
  if (socket === undefined || head === undefined) {
    answer.setEncoding('utf8');
    const text = (await answer.toArray()).join('');
    return { code, headers: answer.headers, text };
  }
  const client = new SpdyClient((bytes) => socket.write(bytes));
  client.receive(head);
  socket.on('data', (bytes: Buffer) => client.receive(bytes));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    client.closed = true;
  });
  return { code, headers: answer.headers, text: '', client, socket };
}
