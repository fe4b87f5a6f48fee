/**
 * One kept-alive HTTP/1.1 connection that reads only what a generator needs: status and length. The generators share
 * two cores with the server that they measure, and a full client costs as much as the server's own HTTP.
 */
import type { Socket } from 'node:net';
import { connect } from 'node:tls';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly token: string;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: (\d+)/i;
const EMPTY = Buffer.alloc(0);

export function toTarget({ server, ca, token }: { server: string; ca: string; token: string }): Target {
  const { hostname, port } = new URL(server);
  return { host: hostname, port: Number(port), ca, token };
}

export function openSocket({ host, port, ca }: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ca, ALPNProtocols: ['http/1.1'] }, () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}

/** The bytes of a request. */
export function encodeRequest(
  target: Target,
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
): Buffer {
  const content = body === undefined ? '' : `content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${target.host}\r\nauthorization: Bearer ${target.token}\r\n${content}`;
  return Buffer.from(`${head}\r\n${body ?? ''}`);
}

export class HttpConnection {
  readonly #socket: Socket;
  #head: Buffer = EMPTY;
  #status = 0;
  /** Of the body, still to come; undefined while the head is read. */
  #missing: number | undefined;
  #answer: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    const fail = (error?: Error): void => this.#answer?.reject(error ?? new Error('the server closed the connection'));
    socket.on('error', fail);
    socket.on('close', () => fail());
  }

  static async open(target: Target): Promise<HttpConnection> {
    return new HttpConnection(await openSocket(target));
  }

  /** Answers the status when the whole body has come. One request at a time. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#missing !== undefined) {
      this.#countDown(chunk.length);
      return;
    }
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) {
      return;
    }
    const text = this.#head.toString('latin1', 0, end);
    const length = LENGTH.exec(text)?.[1];
    if (length === undefined) {
      this.#answer?.reject(new Error(`an answer without a length: ${text}`));
      return;
    }
    const received = this.#head.length - end - HEAD_END.length;
    this.#status = Number(text.slice(9, 12));
    this.#missing = Number(length);
    this.#head = EMPTY;
    this.#countDown(received);
  }

  #countDown(received: number): void {
    this.#missing = (this.#missing ?? 0) - received;
    if (this.#missing <= 0) {
      this.#missing = undefined;
      this.#answer?.resolve(this.#status);
    }
  }
}
