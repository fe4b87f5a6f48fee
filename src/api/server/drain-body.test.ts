/** Sockets of their own: what is tested is what a client sees when it still sends while it is refused. */
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance } from 'fastify';
import { Client } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import { registerErrorHandler } from './error-handler.ts';
import { registerRequestBodies } from './request-bodies.ts';

const MB = 1024 * 1024;
let app: FastifyInstance;
let port: number;

beforeEach(async () => {
  app = fastify({ bodyLimit: 1000 });
  registerErrorHandler(app, silentLogger);
  registerRequestBodies(app);
  app.post('/', async () => ({}));
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterEach(() => app.close());

async function* pieces(bytes: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < bytes; sent += MB) {
    yield Buffer.alloc(MB, 'x');
  }
}

describe('a body over the limit', () => {
  it.each<[string, () => Buffer | Readable]>([
    ['of a known length', () => Buffer.alloc(16 * MB, 'x')],
    ['sent in chunks', () => Readable.from(pieces(16 * MB))],
  ])('%s gets its 413, and the client goes on', async (_title, body) => {
    const client = new Client(`http://127.0.0.1:${port}`);
    for (let round = 0; round < 5; round += 1) {
      const refused = await client.request({ path: '/', method: 'POST', body: body() });
      expect(refused.statusCode).toBe(413);
      expect(await refused.body.json()).toMatchObject({ kind: 'Status', reason: 'RequestEntityTooLarge', code: 413 });
      const next = await client.request({ path: '/', method: 'POST', body: '{}' });
      expect([next.statusCode, await next.body.text()]).toEqual([200, '{}']);
    }
    await client.close();
  });

  it('that never ends is cut off', async () => {
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    let answer = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${1024 * MB}\r\n\r\n`);
    const piece = Buffer.alloc(MB, 'x');
    const send = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', send);
    send();
    await closed;
    expect(answer).toContain('HTTP/1.1 413 ');
    expect(socket.bytesWritten).toBeLessThan(256 * MB);
  });
});
