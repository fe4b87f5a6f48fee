/** What becomes of a body that nobody will read. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Beyond this, the connection is cut: no honest client sends as much after an answer. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/**
 * Reads the rest of a refused body and throws it away. Closing while the client still sends makes its system drop the
 * answer (RFC 9112, section 9.6), so that it would see a reset instead of the Status. The request's own time-out bounds
 * the wait.
 */
export function drainBody(request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request;
  if (raw.complete) {
    return;
  }
  reply.removeHeader('connection');
  let drained = 0;
  raw.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > MAX_DRAINED_BYTES) {
      raw.destroy();
    }
  });
  raw.resume();
}
