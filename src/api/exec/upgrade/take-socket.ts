/** A connection taken out of Fastify's hands after its hooks let it in: what follows is no HTTP. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Lifetime, openLifetime } from '../../server/lifetime.ts';

/** As the kubelet's streamingConnectionIdleTimeout. */
const IDLE_MS = 4 * 60 * 60 * 1_000;
/** A client that died without a word is found out by TCP, also while nobody reads from it. */
const KEEP_ALIVE_MS = 30_000;

export interface TakenSocket {
  readonly socket: Duplex;
  /** What the client sent right after its request. */
  readonly head: Buffer;
  readonly lifetime: Lifetime;
}

export type TakeSocket = (request: FastifyRequest, reply: FastifyReply) => TakenSocket;

export function socketTaker(app: FastifyInstance, stopped: AbortSignal): TakeSocket {
  const heads = new WeakMap<IncomingMessage, Buffer>();
  app.server.prependListener('upgrade', (request: IncomingMessage, _socket, head: Buffer) => heads.set(request, head));
  return (request, reply) => {
    const { raw } = request;
    const { socket } = raw;
    reply.hijack();
    reply.raw.detachSocket(socket);
    const lifetime = openLifetime(stopped, socket);
    lifetime.signal.addEventListener('abort', () => socket.destroy(), { once: true });
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    // A client that goes away is seen through the close; the error says no more.
    socket.on('error', () => socket.destroy());
    return { socket, head: heads.get(raw) ?? Buffer.alloc(0), lifetime };
  };
}
