import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { pod } from '../../../test/support/registry-fixture.ts';
import { until } from '../../../test/support/until.ts';
import { type LogOptions, RuntimeError } from '../../runtimes/runtime.ts';

const LOG = '/api/v1/namespaces/default/pods/p/log';
const authorization = `Bearer ${TOKEN}`;
const running = (name: string) => ({
  name,
  image: 'i',
  imageID: 'x',
  ready: true,
  restartCount: 0,
  state: { running: { startedAt: null } },
});

let api: ApiFixture;
let asked: { uid: string; container: string; options: LogOptions; signal: AbortSignal }[];
let chunks: () => AsyncIterable<Uint8Array>;

async function* texts(...all: string[]): AsyncGenerator<Uint8Array> {
  yield* all.map((text) => Buffer.from(text));
}

beforeEach(async () => {
  asked = [];
  chunks = () => texts('one\n', 'two\n');
  api = await apiFixture({
    logs: (uid, container, options, signal) => {
      asked.push({ uid, container, options, signal });
      return chunks();
    },
  });
  await api.registry.create('nodes', '', {
    metadata: { name: 'n', annotations: { 'fleet.flotilla.dev/runtime': 'simulated' } },
  });
});
afterEach(() => api.close());

async function makePod(statuses: readonly object[], spec: Record<string, unknown> = {}): Promise<void> {
  await api.registry.create('pods', 'default', pod('p', { nodeName: 'n', ...spec }));
  const status = { phase: 'Running', containerStatuses: statuses };
  await api.registry.patch('pods', 'default', 'p', 'merge', { status }, { subresource: 'status' });
}

/** Over a real socket: an injected request does not see the end of a response that left Fastify's hands. */
async function readLog(query = '') {
  const { origin, dispatcher } = await api.listen();
  const { statusCode, headers, body } = await request(`${origin}${LOG}?${query}`, {
    dispatcher,
    headers: { authorization },
  });
  return { code: statusCode, type: headers['content-type'], text: await body.text() };
}

describe('pods/log', () => {
  it('streams what the runtime of the node has, with the options asked for', async () => {
    await makePod([running('main')]);
    const answer = await readLog('tailLines=3&limitBytes=9&timestamps=true&sinceTime=2026-01-01T00:00:00Z');
    expect(answer).toEqual({ code: 200, type: 'text/plain; charset=utf-8', text: 'one\ntwo\n' });
    expect(asked[0]).toMatchObject({
      container: 'main',
      options: { tailLines: 3, limitBytes: 9, timestamps: true, sinceTime: Date.parse('2026-01-01'), previous: false },
    });
  });

  it('is empty for a pod without a node', async () => {
    await api.registry.create('pods', 'default', pod('p'));
    expect(await readLog()).toMatchObject({ code: 200, text: '' });
  });

  const waiting = (reason: string) => ({ ...running('main'), ready: false, state: { waiting: { reason } } });
  it.each<[string, object, string, string]>([
    ['waiting', waiting('ContainerCreating'), '', 'container "main" in pod "p" is waiting to start: ContainerCreating'],
    [
      'no image',
      waiting('ImagePullBackOff'),
      '',
      'container "main" in pod "p" is waiting to start: trying and failing to pull image',
    ],
    ['never ran before', running('main'), 'previous=true', 'previous terminated container "main" in pod "p" not found'],
    ['no such container', running('main'), 'container=x', 'container x is not valid for pod p'],
    ['no status', running('other'), '', 'container "main" in pod "p" is not available'],
  ])('%s', async (_, status, query, message) => {
    await makePod([status]);
    const { code, json } = await api.call('GET', `${LOG}?${query}`);
    expect([code, json.message]).toEqual([400, message]);
  });

  it('asks which of several containers', async () => {
    const containers = ['a', 'b'].map((name) => ({ name, image: 'i' }));
    await makePod([running('a'), running('b')], { containers, initContainers: [{ name: 'c', image: 'i' }] });
    expect((await api.call('GET', LOG)).json.message).toBe(
      'a container name must be specified for pod p, choose one of: [a b] or one of the init containers: [c]',
    );
    expect((await readLog('container=b')).code).toBe(200);
  });

  it.each([
    ['tailLines=-1', 422],
    ['tailLines=x', 400],
    ['limitBytes=0', 422],
    ['sinceSeconds=0', 422],
    ['sinceTime=yesterday', 400],
    ['sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z', 422],
  ])('refuses %s', async (query, code) => {
    await makePod([running('main')]);
    expect((await api.call('GET', `${LOG}?${query}`)).code).toBe(code);
  });

  it('answers 404 for no pod and 400 where no logs are kept', async () => {
    expect((await api.call('GET', LOG)).code).toBe(404);
    await api.registry.create('nodes', '', { metadata: { name: 'm' } });
    await makePod([running('main')], { nodeName: 'm' });
    expect((await api.call('GET', LOG)).json.message).toContain('streams of node "m" are not available here');
  });

  it('makes an answer of what the runtime refuses', async () => {
    await makePod([running('main')]);
    chunks = () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new RuntimeError('NotFound', 'gone')) }),
    });
    const { code, json } = await api.call('GET', LOG);
    expect([code, json.message]).toEqual([400, 'unable to retrieve container logs: gone']);
  });

  it('follows with its headers at once, and stops reading when the client goes', async () => {
    await makePod([running('main')]);
    chunks = async function* () {
      const { signal } = asked[0] ?? {};
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      yield* texts();
    };
    const { origin, dispatcher } = await api.listen();
    const { statusCode, body } = await request(`${origin}${LOG}?follow=true`, {
      dispatcher,
      headers: { authorization },
    });
    expect(statusCode).toBe(200);
    body.destroy();
    body.on('error', () => undefined);
    await until(
      () => asked[0]?.signal.aborted,
      () => 'the runtime is still read',
    );
  });

  it.each([
    ['base64.binary.k8s.io', ['b25lCg==', 'dHdvCg==']],
    ['binary.k8s.io', ['one\n', 'two\n']],
  ])('over a WebSocket, %s', async (protocol, expected) => {
    await makePod([running('main')]);
    const { origin } = await api.listen();
    const socket = new WebSocket(`${origin.replace('https', 'wss')}${LOG}`, protocol, {
      ca: api.ca,
      headers: { authorization },
    });
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(String(data)));
    await new Promise((resolve) => socket.on('close', resolve));
    expect(frames).toEqual(expected);
  });
});
