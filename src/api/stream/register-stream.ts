/**
 * stream/: many subscriptions over one WebSocket, at `/apis/fleet.flotilla.dev/v1alpha1/stream`. Each has a snapshot,
 * then changes, and a token to resume from; or counters. May import watch/, registry, auth contracts, resources, values.
 * Never keeps state beyond the connection (counters: beyond the last that shares them): what a client may resume from,
 * the change log knows. Contract: openapi/asyncapi.yaml.
 */
import type { FastifyInstance } from 'fastify';
import { badRequest } from '../../errors.ts';
import type { ApiContext } from '../context.ts';
import { Aggregates } from './aggregates.ts';
import { StreamConnection } from './connection.ts';
import { userLimits } from './user-limits.ts';

export const STREAM_PATH = '/apis/fleet.flotilla.dev/v1alpha1/stream';

/** WebSocket close code "try again later", in IANA's registry. */
const TRY_AGAIN_LATER = 1013;

export function registerStream(app: FastifyInstance, context: ApiContext): void {
  const limits = userLimits(context.settings.stream);
  const server = { context, limits, aggregates: new Aggregates(context) };
  app.route({
    method: 'GET',
    url: STREAM_PATH,
    preHandler: async (request) => {
      if (limits.sockets.isReached(request.user.username)) {
        throw limits.sockets.refusal();
      }
    },
    handler: async () => {
      throw badRequest('this path serves WebSockets only: see openapi/asyncapi.yaml');
    },
    wsHandler: (socket, request) => {
      const { username } = request.user;
      // Others may have got through since the request was looked at.
      if (limits.sockets.isReached(username)) {
        socket.close(TRY_AGAIN_LATER, 'too many streams');
        return;
      }
      socket.once('close', limits.sockets.take(username));
      new StreamConnection(server, request, socket).run().catch((error: unknown) => {
        context.logger.error({ err: error }, 'stream connection failed');
        socket.terminate();
      });
    },
  });
}
