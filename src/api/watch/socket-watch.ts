/**
 * A watch over a WebSocket on the same URL: one frame an event, as kube-apiserver does for browsers. The watch is
 * opened before the upgrade is answered, so that a bad request gets its Status.
 */
import type { WebSocket } from '@fastify/websocket';
import type { FastifyRequest, RouteOptions } from 'fastify';
import { badRequest } from '../../errors.ts';
import type { KindRoute } from '../http/kind-route.ts';
import { asksToWatch, type Query } from '../query.ts';
import { keepAlive } from '../server/keep-alive.ts';
import { SOCKET_FRAMINGS } from './framing.ts';
import { openWatch } from './open-watch.ts';
import { type OpenWatch, runWatch, type WatchSink } from './run-watch.ts';

const NORMAL_CLOSURE = 1000;
const GOING_AWAY = 1001;

function socketSink(socket: WebSocket, request: FastifyRequest, server: AbortSignal): WatchSink {
  const connection = request.raw.socket;
  return {
    // Whole frames, which other sockets are sent too, go past ws: without compression it writes at once, so that its
    // own frames (ping, close) never come in between.
    send: (frames) =>
      new Promise((resolve) => {
        if (socket.readyState === socket.OPEN) {
          connection.write(frames, () => resolve());
        } else {
          resolve();
        }
      }),
    get pendingBytes() {
      return socket.bufferedAmount;
    },
    end: () => socket.close(server.aborted ? GOING_AWAY : NORMAL_CLOSURE),
    destroy: () => socket.terminate(),
  };
}

export function socketWatch(route: KindRoute): Pick<RouteOptions, 'preHandler' | 'wsHandler'> {
  const { context } = route;
  const opened = new WeakMap<FastifyRequest, OpenWatch>();
  return {
    async preHandler(request) {
      if (!request.ws) {
        return;
      }
      if (!asksToWatch(request.query as Query)) {
        throw badRequest('a WebSocket on a collection must ask for watch=true');
      }
      opened.set(request, await openWatch(route, request, SOCKET_FRAMINGS));
    },
    wsHandler(socket, request) {
      const watch = opened.get(request);
      if (watch === undefined) {
        socket.terminate();
        return;
      }
      socket.on('close', () => watch.lifetime.end());
      void keepAlive(socket, context.clock, watch.lifetime.signal);
      void runWatch(watch, socketSink(socket, request, context.signal), context);
    },
  };
}
