/** A watch over HTTP: an endless chunked response, one JSON event a line. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KindRoute } from '../http/kind-route.ts';
import { JSON_TYPE } from '../http/media-type.ts';
import { openStream } from '../server/open-stream.ts';
import { openWatch } from './open-watch.ts';
import { runWatch, type WatchSink } from './run-watch.ts';

export async function serveWatch(route: KindRoute, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const watch = await openWatch(route, request);
  const stream = openStream(request, reply, JSON_TYPE);
  const sink: WatchSink = {
    send: (lines) => stream.write(lines.length === 1 && lines[0] !== undefined ? lines[0] : Buffer.concat(lines)),
    get pendingBytes() {
      return stream.pendingBytes;
    },
    end: () => stream.end(),
    destroy: () => stream.destroy(),
  };
  await runWatch(watch, sink, route.context);
}
