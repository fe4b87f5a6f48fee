/** A list of any length as an answer: what the store holds for it is freed when the answer or its connection ends. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ListOptions } from '../../registry/registry.ts';
import type { KindRoute } from './kind-route.ts';
import { sendList } from './send.ts';
import type { View } from './view.ts';

export async function streamList(
  { context, id }: KindRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  view: View,
  options: ListOptions,
): Promise<FastifyReply> {
  const closed = new AbortController();
  const end = (): void => closed.abort();
  // After the last byte, after an error, and when the client goes away, before the answer has begun or later.
  reply.raw.on('close', end);
  if (request.raw.socket.destroyed) {
    end();
  }
  try {
    return await sendList(reply, view, await context.registry.listStream(id, options, closed.signal), context.spools);
  } catch (error) {
    end();
    throw error;
  }
}
