/**
 * root/: what `/` answers: the list of the server's own paths, as kube-apiserver's (`kubectl get --raw /`); to a
 * browser, the way to the dashboard. May import access/, http/ and server/. Tells nothing of objects.
 */
import type { FastifyInstance } from 'fastify';
import { prefersPage } from '../access/prefers-page.ts';
import { sendJson } from '../http/send.ts';
import type { ServedPaths } from '../server/served-paths.ts';

const DASHBOARD = '/dashboard';
/** Paths of objects are discovery's to tell: below a version, or with a parameter in them. */
const OF_OBJECTS = /^\/api\/[^/]+\/|^\/apis\/[^/]+\/[^/]+\/|[:*]/;

const listOf = (readable: Iterable<string>): string[] =>
  [...readable].filter((path) => path !== '/' && !OF_OBJECTS.test(path)).sort();

export function registerRoot(app: FastifyInstance, { readable }: ServedPaths): void {
  app.get('/', (request, reply) => {
    reply.header('vary', 'Accept');
    if (readable.has(DASHBOARD) && prefersPage(request)) {
      return reply.redirect(`${DASHBOARD}/`);
    }
    return sendJson(reply, { paths: listOf(readable) });
  });
}
