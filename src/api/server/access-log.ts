/** One debug line a request: never the query, headers or bodies, which may hold secrets. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../logger.ts';

export function registerAccessLog(app: FastifyInstance, logger: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, ip } = request;
    const [path] = (request.raw.url ?? '').split('?', 1);
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    logger.debug({ method, path, code: reply.statusCode, ms, ip, user: request.user?.username }, 'request');
  });
}
