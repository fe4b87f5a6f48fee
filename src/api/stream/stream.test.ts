import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { configMap } from '../../../test/support/registry-fixture.ts';
import { type Frame, type StreamAddress, StreamClient } from '../../../test/support/stream-client.ts';
import { until } from '../../../test/support/until.ts';
import type { Authorizer } from '../../auth/identity.ts';
import { HEARTBEAT_MS, SILENCE_MS } from './connection.ts';
import { MAX_SUBSCRIPTIONS } from './subscriptions.ts';

const MAPS = { apiVersion: 'v1', kind: 'ConfigMap' };
const PROTOCOL = 'flotilla.stream.v1alpha1';
const carrier = (token: string) => `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
/** Denies secrets, and configmaps outside the namespace `default`. */
const authorizer: Authorizer = {
  authorize: async (_, { resource, namespace }) => ({
    allowed: resource !== 'secrets' && (resource !== 'configmaps' || namespace === 'default'),
    reason: '',
  }),
};

let api: ApiFixture;
let clock: ManualClock;
let origin: string;
let clients: StreamClient[];
beforeEach(async () => {
  clock = new ManualClock();
  api = await apiFixture({ clock });
  ({ origin } = await api.listen());
  clients = [];
});
afterEach(async () => {
  expect(clients.flatMap(({ violations }) => violations)).toEqual([]);
  for (const client of clients) {
    client.drop();
  }
  await api.close();
});

async function open() {
  const client = await StreamClient.open({ origin, ca: api.ca, token: TOKEN });
  clients.push(client);
  return client;
}
const put = (name: string, data: Record<string, string> = {}, labels = {}) =>
  api.registry.create('configmaps', 'default', configMap(name, data, labels));
const patch = (name: string, body: object) => api.registry.patch('configmaps', 'default', name, 'merge', body);
const remove = (name: string) => api.registry.delete('configmaps', 'default', name);
const texts = ({ objects = [], events = [] }: Frame): string[] => [
  ...objects.map(({ metadata }) => metadata.name),
  ...events.map(({ type, object }) => `${type} ${object.metadata.name}`),
];
const of = (id: string) => (frame: Frame) => frame.id === id;
async function untilToken(client: StreamClient, id: string): Promise<Frame> {
  return client.next((frame) => frame.id === id && frame.token !== undefined);
}

describe('a subscription', () => {
  it('is a snapshot and then the changes, each with a token', async () => {
    await put('a');
    const client = await open();
    expect(await client.next(() => true)).toEqual({
      ...{ type: 'hello', protocol: PROTOCOL, heartbeatSeconds: 10, maxSubscriptions: 100 },
    });
    client.subscribe({ id: 'maps', ...MAPS, namespace: 'default' });
    const snapshot = await client.next();
    expect(snapshot).toMatchObject({ type: 'snapshot', id: 'maps', last: true });
    expect(texts(snapshot)).toEqual(['a']);
    await put('b');
    expect(texts(await client.next())).toEqual(['ADDED b']);
    await patch('b', { data: { k: 'v' } });
    await remove('a');
    expect([...texts(await client.next()), ...texts(await client.next())]).toEqual(['MODIFIED b', 'DELETED a']);
  });

  it('shows an object that enters the selection as ADDED, one that leaves it as DELETED', async () => {
    const client = await open();
    client.subscribe({ id: 'x', ...MAPS, labelSelector: 'app=x', fieldSelector: 'metadata.name!=never' });
    expect(texts(await client.next())).toEqual([]);
    await put('never', {}, { app: 'x' });
    await put('a', {}, { app: 'y' });
    for (const app of ['x', 'x2', 'x']) {
      await patch('a', { metadata: { labels: { app } } });
    }
    await patch('a', { data: { k: 'v' } });
    const seen: string[] = [];
    while (seen.length < 4) {
      seen.push(...texts(await client.next()));
    }
    expect(seen).toEqual(['ADDED a', 'DELETED a', 'ADDED a', 'MODIFIED a']);
  });

  it('resumes from a token on another connection: only what came after it', async () => {
    await put('a');
    const first = await open();
    first.subscribe({ id: 'maps', ...MAPS });
    const { token } = await untilToken(first, 'maps');
    first.drop();
    await put('b');
    await remove('a');
    const second = await open();
    second.subscribe({ id: 'other-name', ...MAPS, resume: token ?? '' });
    expect(texts(await second.next())).toEqual(['ADDED b', 'DELETED a']);
  });

  it('refuses a token of another selection, and one that is none', async () => {
    const client = await open();
    client.subscribe({ id: 'maps', ...MAPS });
    const { token = '' } = await untilToken(client, 'maps');
    client.subscribe({ id: 'narrow', ...MAPS, labelSelector: 'a=b', resume: token });
    expect(await client.next(of('narrow'))).toMatchObject({ type: 'error', status: { code: 400 } });
    client.subscribe({ id: 'none', ...MAPS, resume: 'yesterday' });
    expect((await client.next(of('none'))).status?.message).toMatch(/not a token/);
  });

  it('ends with 410 and no token when the history is gone, and can start anew under its id', async () => {
    await put('a');
    const client = await open();
    client.subscribe({ id: 'maps', ...MAPS });
    const { token = '' } = await untilToken(client, 'maps');
    await put('b');
    api.store.compact(api.store.revision);
    const second = await open();
    second.subscribe({ id: 'maps', ...MAPS, resume: token });
    const failure = await second.next();
    expect(failure).toMatchObject({ type: 'error', id: 'maps', status: { code: 410, reason: 'Expired' } });
    expect(failure.token).toBeUndefined();
    second.subscribe({ id: 'maps', ...MAPS });
    expect(texts(await second.next())).toEqual(['a', 'b']);
  });

  it.each([
    [{ apiVersion: 'v1', kind: 'Gadget' }, /no matches for kind "Gadget" in version "v1"/],
    [{ apiVersion: 'v1', kind: 'Node', namespace: 'default' }, /"Node" is not namespaced/],
    [{ ...MAPS, labelSelector: 'a in (' }, /unable to parse/],
    [{ ...MAPS, fieldSelector: 'spec.color=red' }, /field label not supported: spec.color/],
    [{ ...MAPS, bogus: true } as typeof MAPS, /must NOT have additional properties/],
  ])('is refused with its id for %j', async (request, message) => {
    const client = await open();
    client.subscribe({ id: 'x', ...request });
    const failure = await client.next();
    expect(failure).toMatchObject({ type: 'error', id: 'x', status: { code: 400 } });
    expect(failure.status?.message).toMatch(message);
  });
});

describe('the subscriptions of one connection', () => {
  it('live side by side; a taken id is refused and the first goes on', async () => {
    const client = await open();
    client.subscribe({ id: 'maps', ...MAPS });
    client.subscribe({ id: 'pods', apiVersion: 'v1', kind: 'Pod' });
    await untilToken(client, 'pods');
    client.subscribe({ id: 'maps', apiVersion: 'v1', kind: 'Node' });
    const refusal = await client.next();
    expect(refusal).toMatchObject({ type: 'error', status: { code: 409, reason: 'AlreadyExists' } });
    expect(refusal.id).toBeUndefined();
    await put('a');
    expect(texts(await client.next(of('maps')))).toEqual(['ADDED a']);
  });

  it('end on request, with nothing after `unsubscribed`', async () => {
    const client = await open();
    client.subscribe({ id: 'maps', ...MAPS });
    client.subscribe({ id: 'rest', ...MAPS });
    await untilToken(client, 'rest');
    const writes = Promise.all(Array.from({ length: 50 }, (_, i) => put(`m-${i}`)));
    client.send({ type: 'unsubscribe', id: 'maps' });
    await client.next(({ type }) => type === 'unsubscribed');
    await writes;
    await put('last');
    await client.next((frame) => texts(frame).includes('ADDED last'));
    const mine = client.frames.filter(of('maps'));
    expect(mine.findIndex(({ type }) => type === 'unsubscribed')).toBe(mine.length - 1);
    client.subscribe({ id: 'maps', ...MAPS });
    expect(texts(await client.next(of('maps')))).toHaveLength(51);
  });

  it('are answered 404 when there is none of that name', async () => {
    const client = await open();
    client.send({ type: 'unsubscribe', id: 'nobody' });
    expect(await client.next()).toMatchObject({ type: 'error', status: { code: 404 } });
  });

  it('are limited in number', async () => {
    const client = await open();
    for (let i = 0; i <= MAX_SUBSCRIPTIONS; i += 1) {
      client.subscribe({ id: `s-${i}`, ...MAPS });
    }
    expect(await client.next(({ type }) => type === 'error')).toMatchObject({
      ...{ id: `s-${MAX_SUBSCRIPTIONS}`, status: { code: 429 } },
    });
    client.send({ type: 'unsubscribe', id: 's-0' });
    client.subscribe({ id: 'again', ...MAPS });
    await untilToken(client, 'again');
  });
});

describe('bad frames', () => {
  it.each([
    ['no JSON', '{"type":'],
    ['an unknown type', '{"type":"dance"}'],
    ['extra fields', '{"type":"ping","loud":true}'],
    ['binary', Buffer.from('{"type":"ping"}')],
    ['no object', '17'],
  ])('get an error and end nothing: %s', async (_, frame) => {
    const client = await open();
    client.subscribe({ id: 'maps', ...MAPS });
    await untilToken(client, 'maps');
    client.send(frame);
    const answer = await client.next();
    expect(answer).toMatchObject({ type: 'error', status: { kind: 'Status', code: 400, reason: 'BadRequest' } });
    expect(answer.id).toBeUndefined();
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    await put('a');
    expect(texts(await client.next())).toEqual(['ADDED a']);
  });

  it('close the connection as 1009 when they are too large', async () => {
    const client = await open();
    client.send('x'.repeat(2 * 1024 * 1024));
    expect(await client.closed()).toBe(1009);
  });

  it('are answered in order, however many come at once', async () => {
    const client = await open();
    for (let i = 0; i < 5_000; i += 1) {
      client.send({ type: 'unsubscribe', id: String(i) });
    }
    await client.next(({ status }) => status?.message.includes('"4999"') === true);
    const numbers = client.frames.flatMap(({ status }) => /"(\d+)"/.exec(status?.message ?? '')?.[1] ?? []);
    expect(numbers).toEqual(Array.from({ length: 5_000 }, (_, i) => String(i)));
  });
});

describe('heartbeats', () => {
  it('come every 10 s, with a bookmark when a newer token is known', async () => {
    const client = await open();
    client.subscribe({ id: 'maps', ...MAPS });
    const { token: first } = await untilToken(client, 'maps');
    await api.registry.create('secrets', 'default', { metadata: { name: 's' } });
    await until(async () => {
      await clock.advance(HEARTBEAT_MS);
      return client.frames.some(({ type }) => type === 'bookmark');
    });
    const { token = '' } = await client.next(({ type }) => type === 'bookmark');
    expect(token).not.toBe(first);
    expect(await client.next(({ type }) => type === 'heartbeat')).toMatchObject({ time: expect.any(String) });
    const bookmarks = client.frames.filter(({ type }) => type === 'bookmark').length;
    await clock.advance(HEARTBEAT_MS);
    await client.next(({ type }) => type === 'heartbeat');
    expect(client.frames.filter(({ type }) => type === 'bookmark')).toHaveLength(bookmarks);
    const second = await open();
    await put('a');
    second.subscribe({ id: 'maps', ...MAPS, resume: token });
    expect(texts(await second.next(of('maps')))).toEqual(['ADDED a']);
  });

  it('find a client that went silent, also one that reads nothing, and cut it off', async () => {
    const client = await open();
    for (let i = 0; i < 20; i += 1) {
      await put(`m-${i}`, { text: 'x'.repeat(900_000) });
    }
    client.socket.pause();
    client.subscribe({ id: 'maps', ...MAPS });
    const sockets = api.app.websocketServer.clients;
    await until(() => [...sockets].some(({ bufferedAmount }) => bufferedAmount > 900_000));
    await clock.advance(SILENCE_MS + 2 * HEARTBEAT_MS);
    await until(() => sockets.size === 0);
  });
});

describe('who may connect', () => {
  it.each<[string, Partial<StreamAddress>, number]>([
    ['no token', {}, 401],
    ['a wrong token', { token: 'wrong' }, 401],
    ['a page of another origin', { token: TOKEN, headers: { origin: 'https://evil.example' } }, 403],
    ['a wrong token as subprotocol', { protocols: [PROTOCOL, carrier('wrong')] }, 401],
    ['the token as the only subprotocol', { protocols: [carrier(TOKEN)] }, 401],
  ])('not with %s', async (_, credentials, code) => {
    await expect(StreamClient.open({ origin, ca: api.ca, ...credentials })).rejects.toThrow(`refused: ${code}`);
  });

  it('a browser, with the token as subprotocol, answered with the stream’s own', async () => {
    const client = await StreamClient.open({
      ...{ origin, ca: api.ca, protocols: [carrier(TOKEN), PROTOCOL], headers: { origin } },
    });
    clients.push(client);
    expect(client.socket.protocol).toBe(PROTOCOL);
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  });

  it('is told by a Status what the path is for when it asks without a socket', async () => {
    const answer = await api.call('GET', '/apis/fleet.flotilla.dev/v1alpha1/stream');
    expect([answer.code, answer.json.message]).toEqual([400, expect.stringContaining('WebSocket')]);
  });
});

describe('what one may see', () => {
  it('is asked for each subscription: 403 with its id', async () => {
    const strict = await apiFixture({ authorizer });
    const { origin: address } = await strict.listen();
    const client = await StreamClient.open({ origin: address, ca: strict.ca, token: TOKEN });
    clients.push(client);
    client.subscribe({ id: 'secrets', apiVersion: 'v1', kind: 'Secret' });
    const refusal = await client.next(of('secrets'));
    expect(refusal).toMatchObject({ type: 'error', status: { code: 403, reason: 'Forbidden' } });
    expect(refusal.status?.message).toContain('User "admin" cannot list resource "secrets"');
    client.subscribe({ id: 'all', ...MAPS, namespace: '' });
    expect((await client.next(of('all'))).status?.message).toContain('at the cluster scope');
    client.subscribe({ id: 'mine', ...MAPS, namespace: 'default' });
    expect(await client.next(of('mine'))).toMatchObject({ type: 'snapshot', last: true });
    await strict.close();
  });
});

describe('the end of the server', () => {
  it('closes every connection as 1001', async () => {
    const client = await open();
    client.subscribe({ id: 'maps', ...MAPS });
    await untilToken(client, 'maps');
    api.stop.abort();
    expect(await client.closed()).toBe(1001);
  });

  it('does not wait for a client that never answers the close', async () => {
    const { hostname, port } = new URL(origin);
    const socket = connect({ host: hostname, port: Number(port), ca: api.ca });
    socket.on('error', () => undefined);
    socket.write(
      `GET /apis/fleet.flotilla.dev/v1alpha1/stream HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
        `Authorization: Bearer ${TOKEN}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await until(() => api.app.websocketServer.clients.size === 1);
    socket.pause();
    const started = performance.now();
    await api.close();
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
