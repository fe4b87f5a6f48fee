/** Routes whose GET and POST are upgraded to a connection: exec, attach and port-forward. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badRequest } from '../../errors.ts';
import { methodNotAllowed } from '../http/mount.ts';

/**
 * `connect` is an onRequest hook: a handler would only run once the body has been read, and a request for an upgrade has
 * no body. A request that `connect` has taken over never reaches the handler.
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
