/**
 * The OpenAPI documents that clients read: one a group and version at `/openapi/v3`, all in one at `/openapi/v2`.
 * Loops over the table of kinds and its schemas; knows no kind by name, touches no object. Imports resources/.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.ts';
import { groupsOf } from '../discovery/groups.ts';
import { JSON_TYPE, notAcceptable, parseMediaType } from '../http/media-type.ts';
import { servedKinds } from '../served-kinds.ts';
import { type StaticDocument, sendDocument, toDocument } from '../static-document.ts';
import { groupVersionDocument } from './group-version-document.ts';
import { rootPath } from './kind-names.ts';
import { lazily } from './lazily.ts';
import { swagger2 } from './swagger2.ts';
import { wholeDocument } from './whole-document.ts';

const V3 = '/openapi/v3';
const JSON_RANGES: readonly string[] = [JSON_TYPE, 'application/*', '*/*'];

/** Who asks for protobuf alone gets 406, which client-go takes for "not there" and goes on without. */
function requireJson(request: FastifyRequest): void {
  const ranges = (request.headers.accept ?? '*/*').split(',').map((range) => parseMediaType(range).type);
  if (!ranges.some((range) => JSON_RANGES.includes(range))) {
    throw notAcceptable([JSON_TYPE]);
  }
}

const withHash = (path: string, { hash }: StaticDocument): string => `${path}?hash=${hash}`;

/** With its hash in the URL a document never changes; an old hash leads to the new one, as in Kubernetes. */
function sendHashed(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  document: StaticDocument,
): FastifyReply {
  requireJson(request);
  const { hash } = request.query as { hash?: unknown };
  reply.header('vary', 'Accept');
  if (hash !== undefined && hash !== document.hash) {
    return reply.redirect(withHash(path, document), 301);
  }
  reply.header('cache-control', hash === undefined ? 'no-cache, private' : 'public, immutable, max-age=31536000');
  return sendDocument(request, reply, document);
}

export function registerOpenApi(app: FastifyInstance, { registry, version }: ApiContext): void {
  const versions = groupsOf(servedKinds(registry)).flatMap((group) => group.versions);
  const documents = versions.map((entry) => {
    const path = `${V3}${rootPath(entry)}`;
    const document = lazily(() => toDocument(JSON_TYPE, groupVersionDocument(entry, version)));
    app.get(path, (request, reply) => sendHashed(request, reply, path, document()));
    return { key: rootPath(entry).slice(1), path, document };
  });

  const index = lazily(() => {
    const paths = documents.map(({ key, path, document }) => [key, { serverRelativeURL: withHash(path, document()) }]);
    return toDocument(JSON_TYPE, { paths: Object.fromEntries(paths) });
  });
  app.get(V3, (request, reply) => {
    requireJson(request);
    return sendDocument(request, reply.header('cache-control', 'no-cache, private'), index());
  });

  const v2 = lazily(() => toDocument(JSON_TYPE, swagger2(wholeDocument(servedKinds(registry), version))));
  app.get('/openapi/v2', (request, reply) => {
    requireJson(request);
    return sendDocument(request, reply.header('cache-control', 'no-cache, private'), v2());
  });
}
