/** Bodies reach the handlers as bytes: which types a path takes and what they mean is for `http/` to say. */
import type { FastifyInstance } from 'fastify';

export function registerRequestBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
