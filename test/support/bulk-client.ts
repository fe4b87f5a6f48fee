/** A client of the bulk endpoint that sends and reads at its own pace, over one real socket. */
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { TOKEN } from './api-fixture.ts';

export const BULK = '/apis/fleet.flotilla.dev/v1alpha1/bulk';

export interface BulkServer {
  readonly origin: string;
  readonly ca: string;
}
/** Whole when the request asks for that; else its metadata. */
interface BulkObject {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly data?: object;
}
export interface BulkAnswer {
  readonly index: number;
  readonly id?: string;
  readonly code: number;
  readonly warnings?: readonly string[];
  readonly object: BulkObject;
  readonly status?: { readonly reason: string; readonly message: string; readonly code: number };
}

export const toLines = (items: Iterable<unknown>): string =>
  [...items].map((item) => `${JSON.stringify(item)}\n`).join('');

export class BulkClient {
  readonly request: ClientRequest;
  #unread = '';
  #response: IncomingMessage | undefined;
  #chunks: AsyncIterator<unknown> | undefined;

  private constructor(sent: ClientRequest) {
    this.request = sent;
    // Seen by who reads the response.
    sent.on('error', () => sent.destroy());
  }

  static open(server: BulkServer, query = '', more: Record<string, string> = {}): BulkClient {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson', ...more };
    const sent = request(`${server.origin}${BULK}${query}`, { method: 'POST', ca: server.ca, agent: false, headers });
    sent.flushHeaders();
    return new BulkClient(sent);
  }

  /** Resolves when the socket has taken it. */
  send(text: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.request.write(text, () => resolve());
    });
  }

  async response(): Promise<IncomingMessage> {
    if (this.#response !== undefined) {
      return this.#response;
    }
    const [response] = (await once(this.request, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    this.#response = response;
    return response;
  }

  /** The next answer; undefined at the end. */
  async next(): Promise<BulkAnswer | undefined> {
    const response = await this.response();
    for (;;) {
      const end = this.#unread.indexOf('\n');
      if (end >= 0) {
        const line = this.#unread.slice(0, end);
        this.#unread = this.#unread.slice(end + 1);
        return JSON.parse(line);
      }
      this.#chunks ??= response[Symbol.asyncIterator]();
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        return undefined;
      }
      this.#unread += String(value);
    }
  }

  async rest(): Promise<BulkAnswer[]> {
    const answers: BulkAnswer[] = [];
    for (let answer = await this.next(); answer !== undefined; answer = await this.next()) {
      answers.push(answer);
    }
    return answers;
  }

  async finish(items: Iterable<unknown> = []): Promise<BulkAnswer[]> {
    this.request.end(toLines(items));
    return this.rest();
  }

  abort(): void {
    this.request.destroy();
  }
}
