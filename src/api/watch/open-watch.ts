/** From a request to a watch that is ready to run; what is wrong with the request throws here. */
import type { FastifyRequest } from 'fastify';
import { type KindRoute, pathNamespace } from '../http/kind-route.ts';
import { viewOf } from '../http/view.ts';
import type { Query } from '../query.ts';
import { openLifetime } from '../server/lifetime.ts';
import { EventEncoder } from './event-encoder.ts';
import type { Framings } from './framing.ts';
import type { OpenWatch } from './run-watch.ts';
import { readWatchRequest } from './watch-request.ts';
import { openSteps } from './watch-steps.ts';

export interface FramedWatch extends OpenWatch {
  readonly mediaType: string;
}

export async function openWatch(
  { context, definition, id }: KindRoute,
  request: FastifyRequest,
  framings: Framings,
): Promise<FramedWatch> {
  const view = viewOf(request, definition, context.clock, { isStream: true });
  const framing = view.format === 'protobuf' ? framings.protobuf : framings.json;
  const read = readWatchRequest(request.query as Query, pathNamespace(request), context.random);
  const asked = read.startsNow === true ? { ...read, from: await context.registry.currentRevision() } : read;
  const lifetime = openLifetime(context.signal, request.raw.socket);
  try {
    const { username: caller } = request.user;
    const steps = await openSteps(context.registry, id, { ...asked, caller }, lifetime.signal);
    return { mediaType: framing.mediaType, request: asked, steps, encoder: new EventEncoder(view, framing), lifetime };
  } catch (error) {
    lifetime.end();
    throw error;
  }
}
