/** A watch over HTTP: an endless chunked response, one JSON event a line, or protobuf events with their lengths. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KindRoute } from '../http/kind-route.ts';
import { openStream } from '../server/open-stream.ts';
import { HTTP_FRAMINGS } from './framing.ts';
import { openWatch } from './open-watch.ts';
import { runWatch, type WatchSink } from './run-watch.ts';

export async function serveWatch(route: KindRoute, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const watch = await openWatch(route, request, HTTP_FRAMINGS);
  const stream = openStream(request, reply, watch.mediaType);
  const sink: WatchSink = {
    send: (bytes) => stream.write(bytes),
    get pendingBytes() {
      return stream.pendingBytes;
    },
    end: () => stream.end(),
    destroy: () => stream.destroy(),
  };
  await runWatch(watch, sink, route.context);
}
