/** Takes a response out of Fastify's hands: headers leave at once, chunks as they come, no time-out of silence. */
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a client may take to read the rest of a stream that has ended. */
const LINGER_MS = 5_000;

export interface OpenStream {
  /** Resolves when the socket took the bytes or is gone; never rejects. */
  write(chunk: Uint8Array): Promise<void>;
  readonly pendingBytes: number;
  end(): void;
  destroy(): void;
}

const writeTo = (raw: ServerResponse, chunk: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    if (raw.destroyed || raw.writableEnded) {
      resolve();
      return;
    }
    raw.write(chunk, () => resolve());
  });

export function openStream(request: FastifyRequest, reply: FastifyReply, contentType: string): OpenStream {
  const { raw } = reply;
  const { socket } = request.raw;
  reply.hijack();
  // A client that goes away is the normal end of a stream, seen through the connection's close.
  raw.on('error', () => raw.destroy());
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string | string[]>),
    'content-type': contentType,
    'cache-control': 'no-cache, private',
  });
  raw.flushHeaders();
  socket.setTimeout(0);
  return {
    write: (chunk) => writeTo(raw, chunk),
    get pendingBytes() {
      return raw.writableLength;
    },
    end() {
      socket.setTimeout(LINGER_MS);
      raw.end();
    },
    destroy: () => void raw.destroy(),
  };
}
