import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { ApiContext } from '../context.ts';
import { mount } from '../http/mount.ts';
import { openStream } from '../server/open-stream.ts';
import { type OpenLogs, openLogs } from './open-logs.ts';
import { type LogSink, pumpLogs } from './pump-logs.ts';

const BASE64 = 'base64.binary.k8s.io';

/** Text frames of base64 where the client asked for that, binary frames otherwise. Source: apiserver's wsstream. */
function socketSink(socket: WebSocket): LogSink {
  const encode = (chunk: Uint8Array): Uint8Array | string =>
    socket.protocol === BASE64 ? Buffer.from(chunk).toString('base64') : chunk;
  return {
    write: (chunk) =>
      new Promise((resolve) => {
        socket.send(encode(chunk), () => resolve());
      }),
    end: () => socket.close(1000),
    destroy: () => socket.terminate(),
  };
}

/** Opened before the upgrade is answered, so that a bad request gets its Status. */
function socketLogs(context: ApiContext): Pick<RouteOptions, 'preHandler' | 'wsHandler'> {
  const opened = new WeakMap<FastifyRequest, OpenLogs>();
  return {
    async preHandler(request) {
      if (request.ws) {
        opened.set(request, await openLogs(context, request));
      }
    },
    wsHandler(socket, request) {
      const logs = opened.get(request);
      if (logs === undefined) {
        socket.terminate();
        return;
      }
      socket.on('close', () => logs.lifetime.end());
      void pumpLogs(logs, socketSink(socket), context.logger);
    },
  };
}

export function registerLogs(app: FastifyInstance, context: ApiContext): void {
  const url = '/api/v1/namespaces/:namespace/pods/:name/log';
  mount(
    app,
    url,
    {
      async GET(request, reply) {
        const logs = await openLogs(context, request);
        const stream = openStream(request, reply, 'text/plain; charset=utf-8');
        await pumpLogs(logs, stream, context.logger);
      },
    },
    socketLogs(context),
  );
}
