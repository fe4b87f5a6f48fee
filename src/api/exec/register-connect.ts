/** A path whose GET and POST become connections. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badRequest } from '../../errors.ts';
import { methodNotAllowed } from '../http/mount.ts';

/**
 * As a hook, not as a handler: the handler would come after the body, and a request that is upgraded has none to wait
 * for. A connection that was taken over goes no further.
 */
export function registerConnect(
  app: FastifyInstance,
  url: string,
  connect: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): void {
  app.route({
    method: ['GET', 'POST'],
    url,
    onRequest: connect,
    handler: () => {
      throw badRequest('Upgrade request required');
    },
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'HEAD'],
    url,
    handler: () => {
      throw methodNotAllowed();
    },
  });
}
