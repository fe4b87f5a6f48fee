/**
 * The OpenAPI documents that clients read: one a group and version at `/openapi/v3`, all in one at `/openapi/v2`.
 * Loops over the table of kinds and its schemas; knows no kind by name, touches no object. May
 * import resources, and of the API `http/`, `discovery/` and the schemas of `bulk/`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.ts';
import { groupsOf } from '../discovery/groups.ts';
import { JSON_TYPE, notAcceptable, parseMediaType } from '../http/media-type.ts';
import { servedKinds } from '../served-kinds.ts';
import { bytesDocument, type StaticDocument, sendDocument, toDocument } from '../static-document.ts';
import type { OpenApiDocument } from './document.ts';
import { groupVersionDocument } from './group-version-document.ts';
import { rootPath } from './kind-names.ts';
import { lazily } from './lazily.ts';
import { encodeSwagger2 } from './protobuf/encode.ts';
import { swagger2 } from './swagger2.ts';
import { wholeDocument } from './whole-document.ts';

const V3 = '/openapi/v3';
const JSON_RANGES: readonly string[] = [JSON_TYPE, 'application/*', '*/*'];

/** What kubectl validates lists with (`kind: List`) and explains in the old form. Older clients ask for `v2@v1.0`. */
const PROTOBUF_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const PROTOBUF_RANGES: readonly string[] = [PROTOBUF_TYPE, PROTOBUF_TYPE.replace('v2.v1.0', 'v2@v1.0')];

const acceptedRanges = ({ headers }: FastifyRequest): string[] =>
  (headers.accept ?? '*/*').split(',').map((range) => parseMediaType(range).type);

function requireJson(request: FastifyRequest): void {
  if (!acceptedRanges(request).some((range) => JSON_RANGES.includes(range))) {
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

  registerV2(app, () => wholeDocument(servedKinds(registry), version));
}

function registerV2(app: FastifyInstance, document: () => OpenApiDocument): void {
  const json = lazily(() => toDocument(JSON_TYPE, swagger2(document())));
  const protobuf = lazily(() => bytesDocument(PROTOBUF_TYPE, Buffer.from(encodeSwagger2(swagger2(document())))));
  app.get('/openapi/v2', (request, reply) => {
    const known = [...JSON_RANGES, ...PROTOBUF_RANGES];
    const chosen = acceptedRanges(request).find((range) => known.includes(range));
    if (chosen === undefined) {
      throw notAcceptable([JSON_TYPE, PROTOBUF_TYPE]);
    }
    reply.header('vary', 'Accept').header('cache-control', 'no-cache, private');
    return sendDocument(request, reply, PROTOBUF_RANGES.includes(chosen) ? protobuf() : json());
  });
}
