/** Plain HTTPS requests of somebody of one's own: with a token, or with a client certificate. */
import { Agent, request } from 'undici';
import type { AnswerView } from './answer-view.ts';
import type { Access } from './flotilla.ts';

export interface Credentials {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}
export interface Answer {
  readonly status: number;
  readonly body: AnswerView;
}
const PATCH = 'application/strategic-merge-patch+json';

export class ApiClient {
  readonly #server: string;
  readonly #agent: Agent;
  readonly #token: string | undefined;

  constructor({ server, ca }: Pick<Access, 'server' | 'ca'>, { token, ...certificate }: Credentials) {
    this.#server = server;
    this.#token = token;
    this.#agent = new Agent({ connect: { ca, ...certificate } });
  }

  async send(method: string, path: string, body?: object, type?: string): Promise<Answer> {
    const contentType = type ?? (method === 'PATCH' ? PATCH : 'application/json');
    const answer = await request(`${this.#server}${path}`, {
      ...{ dispatcher: this.#agent, method: method as 'GET' },
      headers: {
        ...{ accept: 'application/json', 'content-type': contentType },
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: JSON.parse(text === '' ? '{}' : text) };
  }

  close(): Promise<void> {
    return this.#agent.close();
  }
}
