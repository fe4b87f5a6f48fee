import { type AddressInfo, connect } from 'node:net';
import fastify from 'fastify';
import { afterEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import { sendError } from './error-handler.ts';
import { registerRequestBodies } from './request-bodies.ts';

const app = fastify();
afterEach(() => app.close());

it('a body that breaks off is no failure of ours', async () => {
  const error = vi.spyOn(silentLogger, 'error');
  const seen = vi.fn();
  registerRequestBodies(app);
  app.setErrorHandler((failure, request, reply) => {
    sendError(silentLogger, failure, request, reply);
    seen(reply.statusCode);
  });
  app.post('/', async () => ({}));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1', () => {
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
    setTimeout(() => socket.destroy(), 20);
  });
  await vi.waitFor(() => expect(seen).toHaveBeenCalledWith(400));
  expect(error).not.toHaveBeenCalled();
});
