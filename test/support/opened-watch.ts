/** Watches of ConfigMaps as clients open them, over HTTP and over a WebSocket. */
import type { Readable } from 'node:stream';
import { request } from 'undici';
import { expect } from 'vitest';
import WebSocket from 'ws';
import type { AnswerView } from './answer-view.ts';
import { type ApiFixture, TOKEN } from './api-fixture.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const authorization = `Bearer ${TOKEN}`;

export type WatchEvent = { type: string; object: AnswerView };

export interface OpenedWatch {
  readonly code: number;
  next(): Promise<WatchEvent | undefined>;
  take(count: number): Promise<string[]>;
  close(): void;
}
export interface WatchedApi {
  readonly api: ApiFixture;
  readonly server: Awaited<ReturnType<ApiFixture['listen']>>;
}

async function* linesOf(body: Readable): AsyncGenerator<WatchEvent> {
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.map((line) => JSON.parse(line) as WatchEvent);
  }
}

export const describeEvent = ({ type, object }: WatchEvent): string =>
  `${type} ${object.metadata?.name ?? object.reason ?? ''}`.trim();

export async function overHttp(
  { server }: WatchedApi,
  query: string,
  accept = 'application/json',
): Promise<OpenedWatch> {
  const { statusCode, body } = await request(`${server.origin}${PATH}?watch=true&${query}`, {
    dispatcher: server.dispatcher,
    headers: { authorization, accept },
  });
  // What close() does to the stream is no failure.
  body.on('error', () => undefined);
  const events = linesOf(body);
  const next = async () => (await events.next()).value as WatchEvent | undefined;
  return { code: statusCode, next, take: (count) => takeFrom(next, count), close: () => body.destroy() };
}

export async function overSocket({ api, server }: WatchedApi, query: string): Promise<OpenedWatch> {
  const url = `${server.origin.replace('https', 'wss')}${PATH}?watch=true&${query}`;
  const socket = new WebSocket(url, { ca: api.ca, headers: { authorization } });
  const queue: (WatchEvent | undefined)[] = [];
  const waiting: ((event: WatchEvent | undefined) => void)[] = [];
  const push = (event: WatchEvent | undefined): void => {
    const wake = waiting.shift();
    if (wake === undefined) {
      queue.push(event);
    } else {
      wake(event);
    }
  };
  socket.on('message', (data, isBinary) => {
    expect(isBinary).toBe(false);
    push(JSON.parse(String(data)));
  });
  socket.on('close', () => push(undefined));
  socket.on('error', () => undefined);
  const code = await new Promise<number>((resolve) => {
    socket.on('open', () => resolve(200));
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
  });
  const next = () =>
    queue.length > 0
      ? Promise.resolve(queue.shift())
      : new Promise<WatchEvent | undefined>((resolve) => waiting.push(resolve));
  return { code, next, take: (count) => takeFrom(next, count), close: () => socket.terminate() };
}

async function takeFrom(next: () => Promise<WatchEvent | undefined>, count: number): Promise<string[]> {
  const taken: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const event = await next();
    taken.push(event === undefined ? 'end' : describeEvent(event));
  }
  return taken;
}
