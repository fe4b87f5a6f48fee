import { connect } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import { TOKEN } from '../../../test/support/api-fixture.ts';
import { type StreamAddress, StreamClient } from '../../../test/support/stream-client.ts';
import { MAPS, of, textsOf, untilToken, useStream } from '../../../test/support/stream-fixture.ts';
import { until } from '../../../test/support/until.ts';
import { HEARTBEAT_MS, SILENCE_MS } from './connection.ts';

const PROTOCOL = 'flotilla.stream.v1alpha1';
const carrier = (token: string) => `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
const stream = useStream();

describe('bad frames', () => {
  it.each([
    ['no JSON', '{"type":'],
    ['an unknown type', '{"type":"dance"}'],
    ['extra fields', '{"type":"ping","loud":true}'],
    ['binary', Buffer.from('{"type":"ping"}')],
    ['no object', '17'],
  ])('get an error and end nothing: %s', async (_, frame) => {
    const client = await stream().open();
    client.subscribe({ id: 'maps', ...MAPS });
    await untilToken(client, 'maps');
    client.send(frame);
    const answer = await client.next();
    expect(answer).toMatchObject({ type: 'error', status: { kind: 'Status', code: 400, reason: 'BadRequest' } });
    expect(answer.id).toBeUndefined();
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    await stream().put('a');
    expect(textsOf(await client.next())).toEqual(['ADDED a']);
  });

  it('close the connection as 1009 when they are too large', async () => {
    const client = await stream().open();
    client.send('x'.repeat(2 * 1024 * 1024));
    expect(await client.closed()).toBe(1009);
  });

  it('are answered in order, however many come at once', async () => {
    const client = await stream().open();
    for (let i = 0; i < 5_000; i += 1) {
      client.send({ type: 'unsubscribe', id: String(i) });
    }
    await client.next(({ status }) => status?.message.includes('"4999"') === true);
    const numbers = client.frames.flatMap(({ status }) => /"(\d+)"/.exec(status?.message ?? '')?.[1] ?? []);
    expect(numbers).toEqual(Array.from({ length: 5_000 }, (_, i) => String(i)));
  });
});

it('gives others a turn between many messages', async () => {
  const client = await stream().open();
  const parse = vi.spyOn(JSON, 'parse');
  const state = { read: 0, most: 0, isOver: false };
  const look = (): void => {
    const read = parse.mock.calls.filter(([text]) => text === '{').length;
    state.most = Math.max(state.most, read - state.read);
    state.read = read;
    state.isOver || setImmediate(look);
  };
  try {
    for (let i = 0; i < 3_000; i += 1) {
      client.send('{');
    }
    client.send({ type: 'ping' });
    look();
    await client.next(({ type }) => type === 'pong');
  } finally {
    state.isOver = true;
    parse.mockRestore();
  }
  expect(state.read).toBeGreaterThan(2_000);
  expect(state.most).toBeLessThanOrEqual(100);
});

describe('heartbeats', () => {
  it('come every 10 s, with a bookmark when a newer token is known', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'maps', ...MAPS });
    const { token: first } = await untilToken(client, 'maps');
    await stream().api.registry.create('secrets', 'default', { metadata: { name: 's' } });
    await until(async () => {
      await stream().clock.advance(HEARTBEAT_MS);
      return client.frames.some(({ type }) => type === 'bookmark');
    });
    const { token = '' } = await client.next(({ type }) => type === 'bookmark');
    expect(token).not.toBe(first);
    expect(await client.next(({ type }) => type === 'heartbeat')).toMatchObject({ time: expect.any(String) });
    const bookmarks = client.frames.filter(({ type }) => type === 'bookmark').length;
    await stream().clock.advance(HEARTBEAT_MS);
    await client.next(({ type }) => type === 'heartbeat');
    expect(client.frames.filter(({ type }) => type === 'bookmark')).toHaveLength(bookmarks);
    const second = await stream().open();
    await stream().put('a');
    second.subscribe({ id: 'maps', ...MAPS, resume: token });
    expect(textsOf(await second.next(of('maps')))).toEqual(['ADDED a']);
  });

  it('find a client that went silent, also one that reads nothing, and cut it off', async () => {
    const client = await stream().open();
    for (let i = 0; i < 20; i += 1) {
      await stream().put(`m-${i}`, { text: 'x'.repeat(900_000) });
    }
    client.socket.pause();
    client.subscribe({ id: 'maps', ...MAPS });
    const sockets = stream().api.app.websocketServer.clients;
    await until(() => [...sockets].some(({ bufferedAmount }) => bufferedAmount > 900_000));
    await stream().clock.advance(SILENCE_MS + 2 * HEARTBEAT_MS);
    await until(() => sockets.size === 0);
  });
});

describe('who may connect', () => {
  it.each<[string, Partial<StreamAddress>, number]>([
    ['no token', {}, 401],
    ['a wrong token', { token: 'wrong' }, 401],
    [
      'a page of another origin',
      { protocols: [PROTOCOL, carrier(TOKEN)], headers: { origin: 'https://evil.example' } },
      403,
    ],
    ['a wrong token as subprotocol', { protocols: [PROTOCOL, carrier('wrong')] }, 401],
    ['the token as the only subprotocol', { protocols: [carrier(TOKEN)] }, 401],
  ])('not with %s', async (_, credentials, code) => {
    const { origin, api } = stream();
    await expect(StreamClient.open({ origin, ca: api.ca, ...credentials })).rejects.toThrow(`refused: ${code}`);
  });

  it('a browser, with the token as subprotocol, answered with the stream’s own', async () => {
    const { origin, api } = stream();
    const client = await StreamClient.open({
      ...{ origin, ca: api.ca, protocols: [carrier(TOKEN), PROTOCOL], headers: { origin } },
    });
    expect(client.socket.protocol).toBe(PROTOCOL);
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.drop();
  });

  it('is told by a Status what the path is for when it asks without a socket', async () => {
    const answer = await stream().api.call('GET', '/apis/fleet.flotilla.dev/v1alpha1/stream');
    expect([answer.code, answer.json.message]).toEqual([400, expect.stringContaining('WebSocket')]);
  });
});

describe('the end of the server', () => {
  it('closes every connection as 1001', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'maps', ...MAPS });
    await untilToken(client, 'maps');
    stream().api.stop.abort();
    expect(await client.closed()).toBe(1001);
  });

  it('does not wait for a client that never answers the close', async () => {
    const { hostname, port } = new URL(stream().origin);
    const socket = connect({ host: hostname, port: Number(port), ca: stream().api.ca });
    socket.on('error', () => undefined);
    socket.write(
      `GET /apis/fleet.flotilla.dev/v1alpha1/stream HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
        `Authorization: Bearer ${TOKEN}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await until(() => stream().api.app.websocketServer.clients.size === 1);
    socket.pause();
    const started = performance.now();
    await stream().api.close();
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
