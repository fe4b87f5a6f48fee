/** How long others wait while one client's request is answered. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { encodeRequest, HttpConnection, type Target } from '../http-connection.ts';
import type { HostileFrames } from './frames.ts';
import type { Asked, HostileRequest } from './request.ts';

export interface Stall {
  readonly answer: string;
  /** The longest wait for /livez, asked without pause over another connection. */
  readonly waitMs: number;
  /** Of the server's main thread during the wait that had most of it: holds on a busy machine too. */
  readonly cpuMs: number;
}

/** Asked on after the answer: what the request set off is part of it. */
const AFTERWARDS = 100;
const STREAM = '/apis/fleet.flotilla.dev/v1alpha1/stream';

export class StallMeter {
  readonly #target: Target;
  readonly #pid: number;
  readonly #agent: Agent;
  readonly #asker: HttpConnection;

  private constructor(target: Target, pid: number, asker: HttpConnection) {
    this.#target = target;
    this.#pid = pid;
    this.#agent = new Agent({ connect: { ca: target.ca }, headersTimeout: 60_000 });
    this.#asker = asker;
  }

  static async open(target: Target, pid: number): Promise<StallMeter> {
    return new StallMeter(target, pid, await HttpConnection.open(target));
  }

  async close(): Promise<void> {
    this.#asker.close();
    await this.#agent.destroy();
  }

  async request({ before = [], ...asked }: HostileRequest): Promise<Stall> {
    for (const each of before) {
      const answer = await this.#send(each, each.body?.());
      if (!answer.startsWith('20')) {
        throw new Error(`what comes before ${asked.title}: ${answer}`);
      }
    }
    const body = asked.body?.();
    return this.#during(() => this.#send(asked, body));
  }

  frames({ frames }: HostileFrames): Promise<Stall> {
    const texts = frames();
    return this.#during(() => this.#talk(texts));
  }

  async #send({ method, path, type, accept }: Asked, body: string | Buffer | undefined): Promise<string> {
    const { host, port, token } = this.#target;
    const response = await request(`https://${host}:${port}${path}`, {
      ...{ dispatcher: this.#agent, method },
      headers: {
        authorization: `Bearer ${token}`,
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(accept === undefined ? {} : { accept }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const answered = { bytes: 0, beginning: '' };
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      answered.bytes += chunk.length;
      answered.beginning ||= chunk.toString('utf8', 0, 2_000);
    }
    const why = response.statusCode < 400 ? undefined : /"message":"([^"\\]{0,60})/.exec(answered.beginning)?.[1];
    return `${response.statusCode}, ${(answered.bytes / 1e3).toFixed(0)} kB${why === undefined ? '' : `: ${why}`}`;
  }

  /** Until each frame has an answer, or the server closes the socket. */
  #talk(texts: readonly string[]): Promise<string> {
    const { host, port, ca, token } = this.#target;
    const socket = new WebSocket(`wss://${host}:${port}${STREAM}`, {
      ca,
      headers: { authorization: `Bearer ${token}` },
    });
    return new Promise((resolve, reject) => {
      let answers = 0;
      socket.on('error', reject);
      socket.on('close', (code) => resolve(`closed ${code} after ${answers}`));
      socket.on('open', () => {
        for (const text of texts) {
          socket.send(text);
        }
        socket.send('{"type":"ping"}');
      });
      socket.on('message', (data) => {
        answers += 1;
        if (String(data) === '{"type":"pong"}') {
          resolve(`${answers} answers`);
          socket.terminate();
        }
      });
    });
  }

  #cpuMs(): number {
    return Number(readFileSync(`/proc/${this.#pid}/task/${this.#pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
  }

  async #during(run: () => Promise<string>): Promise<Stall> {
    const livez = encodeRequest(this.#target, 'GET', '/livez');
    const state = { left: Number.POSITIVE_INFINITY };
    const running = run().finally(() => {
      state.left = AFTERWARDS;
    });
    const longest = { waitMs: 0, cpuMs: 0 };
    for (; state.left > 0; state.left -= 1) {
      const [begun, cpu] = [performance.now(), this.#cpuMs()];
      await this.#asker.send(livez);
      longest.cpuMs = Math.max(longest.cpuMs, this.#cpuMs() - cpu);
      longest.waitMs = Math.max(longest.waitMs, performance.now() - begun);
    }
    return { ...longest, answer: await running };
  }
}
