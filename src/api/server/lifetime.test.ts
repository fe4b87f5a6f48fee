import { EventEmitter, getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { openLifetime } from './lifetime.ts';

const newConnection = () => new EventEmitter() as Socket;

test.each<[string, (server: AbortController, connection: Socket, end: () => void) => void]>([
  ['the server stops', (server) => server.abort()],
  ['the connection closes', (_, connection) => void connection.emit('close')],
  ['it ends by itself', (_server, _connection, end) => end()],
])('a lifetime is over when %s, and leaves no listener', (_, finish) => {
  const [server, connection] = [new AbortController(), newConnection()];
  const { signal, end } = openLifetime(server.signal, connection);
  expect(signal.aborted).toBe(false);
  expect(connection.listenerCount('close')).toBe(1);
  finish(server, connection, end);
  expect(signal.aborted).toBe(true);
  expect([connection.listenerCount('close'), getEventListeners(server.signal, 'abort')]).toEqual([0, []]);
});

test('one of a server that has stopped is over, and listens to nothing', () => {
  const connection = newConnection();
  expect(openLifetime(AbortSignal.abort(), connection).signal.aborted).toBe(true);
  expect(connection.listenerCount('close')).toBe(0);
});

test('a thousand lifetimes are one listener of the server: taking one of so many off walks them all', () => {
  const server = new AbortController();
  const lifetimes = Array.from({ length: 1_000 }, () => openLifetime(server.signal, newConnection()));
  expect(getEventListeners(server.signal, 'abort')).toHaveLength(1);
  server.abort();
  expect(lifetimes.every(({ signal }) => signal.aborted)).toBe(true);
});
