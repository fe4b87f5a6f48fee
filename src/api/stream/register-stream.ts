/**
 * stream/: many subscriptions over one WebSocket, at `/apis/fleet.flotilla.dev/v1alpha1/stream`. Each has a snapshot,
 * then changes, and a token to resume from. May import registry, auth contracts, resources, values. Never keeps state
 * beyond the connection: what a client may resume from, the change log knows. Contract: openapi/asyncapi.yaml.
 */
import type { FastifyInstance } from 'fastify';
import { badRequest } from '../../errors.ts';
import type { ApiContext } from '../context.ts';
import { StreamConnection } from './connection.ts';

export const STREAM_PATH = '/apis/fleet.flotilla.dev/v1alpha1/stream';

export function registerStream(app: FastifyInstance, context: ApiContext): void {
  app.route({
    method: 'GET',
    url: STREAM_PATH,
    handler: async () => {
      throw badRequest('this path serves WebSockets only: see openapi/asyncapi.yaml');
    },
    wsHandler: (socket, request) => {
      new StreamConnection(context, request.user, socket).run().catch((error: unknown) => {
        context.logger.error({ err: error }, 'stream connection failed');
        socket.terminate();
      });
    },
  });
}
