/**
 * Headlamp as an API server meets it: what its page sends, as its backend hands it on. The program itself cannot be had
 * here. Sources: kubernetes-sigs/headlamp, frontend/src/lib/k8s/api (v1/clusterRequests, v1/streamingApi, v2/webSocket),
 * backend/cmd (headlamp.go: clusterRequestHandler; multiplexer.go: dialWebSocket).
 */
import { Agent, request } from 'undici';
import WebSocket from 'ws';
import type { AnswerView } from './answer-view.ts';
import type { Access } from './flotilla.ts';
import { until } from './until.ts';

/** Where its page comes from: never the API server. */
const PAGE = 'http://localhost:4466';
const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' };
const DATA = 'base64.binary.k8s.io';
/** Its exec and attach offer these after the one that every socket of it offers. */
export const CHANNELS: readonly string[] = [4, 3, 2].map((n) => `v${n}.channel.k8s.io`).concat('channel.k8s.io');

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}
export class HeadlampSocket {
  readonly socket: WebSocket;
  /** Text frames as text. */
  readonly frames: (string | Buffer)[] = [];
  #isClosed = false;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => this.frames.push(isBinary ? data : String(data)));
    socket.on('close', () => {
      this.#isClosed = true;
    });
  }

  /** Rejects with the HTTP code when the upgrade is refused. */
  static async open(url: string, protocols: readonly string[], options: WebSocket.ClientOptions) {
    const socket = new WebSocket(url.replace('https:', 'wss:'), [...protocols], options);
    const opened = new HeadlampSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_, answer) => reject(new Error(`refused: ${answer.statusCode}`)));
      socket.once('error', reject);
    });
    socket.on('error', () => undefined);
    return opened;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Of a watch: each frame is an event. */
  events(): { type: string; object: AnswerView }[] {
    return this.frames.map((frame) => {
      if (typeof frame !== 'string') {
        throw new Error('a watch in JSON has sent a binary frame');
      }
      return JSON.parse(frame) as { type: string; object: AnswerView };
    });
  }

  /** Of a terminal: what came on a channel so far. */
  output(channel: number): string {
    const parts = this.frames.map((frame) => Buffer.from(frame)).filter(([first]) => first === channel);
    return Buffer.concat(parts.map((part) => part.subarray(1))).toString();
  }

  /** To a terminal. */
  send(channel: number, text: string): void {
    this.socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  }

  async printed(channel: number, text: string | RegExp): Promise<void> {
    await until(
      () => this.output(channel).match(text) !== null,
      () => `channel ${channel} said ${JSON.stringify(this.output(channel))}, not ${text}`,
    );
  }
}

export class Headlamp {
  readonly #access: Access;
  readonly #agent: Agent;
  readonly #sockets: HeadlampSocket[] = [];

  constructor(access: Access) {
    this.#access = access;
    this.#agent = new Agent({ connect: { ca: access.ca } });
  }

  /** What its backend's proxy adds to, and leaves of, the page's headers. */
  #relayed(): Record<string, string> {
    return {
      ...{ origin: PAGE, referer: `${PAGE}/c/main`, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
      ...{ 'x-forwarded-host': new URL(this.#access.server).host, 'x-forwarded-for': '127.0.0.1' },
      authorization: `Bearer ${this.#access.token}`,
    };
  }

  async stream(path: string, headers: Record<string, string> = {}) {
    const { dispatcher, ...options } = { dispatcher: this.#agent, headers: { ...this.#relayed(), ...headers } };
    return request(this.#access.server + path, { ...options, dispatcher });
  }

  async get<T = AnswerView>(path: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const { statusCode, body } = await this.stream(path, headers);
    return { status: statusCode, body: (await body.json()) as T };
  }

  async text(path: string): Promise<Answer<string>> {
    const { statusCode, body } = await this.stream(path);
    return { status: statusCode, body: await body.text() };
  }

  /** post, put, patch and remove of its clusterRequests: patches are merges unless they say otherwise. */
  async send<T = AnswerView>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    json?: object,
    contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
  ): Promise<Answer<T>> {
    const { statusCode, body } = await request(this.#access.server + path, {
      dispatcher: this.#agent,
      method,
      headers: { ...this.#relayed(), ...JSON_HEADERS, 'content-type': contentType },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    return { status: statusCode, body: (await body.json()) as T };
  }

  /** Through its proxy, which drops the browser's User-Agent. */
  socket(path: string, more: readonly string[] = []): Promise<HeadlampSocket> {
    return this.#open(path, [DATA, ...more], this.#relayed());
  }

  /** Through its multiplexer: no subprotocol, and the server's own address as Origin. */
  multiplexed(path: string): Promise<HeadlampSocket> {
    const { server, token } = this.#access;
    return this.#open(path, [], { origin: server, authorization: `Bearer ${token}` });
  }

  /** As a browser opens it: the token is a subprotocol. */
  fromPage(path: string, origin: string): Promise<HeadlampSocket> {
    const carrier = `base64url.bearer.authorization.k8s.io.${Buffer.from(this.#access.token).toString('base64url')}`;
    return this.#open(path, [DATA, carrier], { origin });
  }

  async #open(path: string, protocols: readonly string[], headers: Record<string, string>): Promise<HeadlampSocket> {
    const { server, ca } = this.#access;
    const socket = await HeadlampSocket.open(server + path, protocols, { ca, headers });
    this.#sockets.push(socket);
    return socket;
  }

  /** Ends every socket that it has opened. */
  closeSockets(): void {
    for (const { socket } of this.#sockets.splice(0)) {
      socket.terminate();
    }
  }

  close(): Promise<void> {
    this.closeSockets();
    return this.#agent.close();
  }
}
