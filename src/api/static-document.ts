/** A document that changes only with the table of kinds: encoded and hashed once, then revalidated by ETag. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface StaticDocument {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Upper-case hex, as kube-apiserver's. */
  readonly hash: string;
}

export const toDocument = (contentType: string, body: object): StaticDocument =>
  bytesDocument(contentType, Buffer.from(JSON.stringify(body)));

export function bytesDocument(contentType: string, bytes: Buffer): StaticDocument {
  return { contentType, bytes, hash: createHash('sha512').update(bytes).digest('hex').toUpperCase() };
}

function isFresh(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/** Bytes, not a string: for a string Fastify appends a charset, and clients compare the media type exactly. */
export function sendDocument(request: FastifyRequest, reply: FastifyReply, document: StaticDocument): FastifyReply {
  const etag = `"${document.hash}"`;
  reply.header('etag', etag);
  if (isFresh(request.headers['if-none-match'], etag)) {
    return reply.code(304).send();
  }
  return reply.header('content-type', document.contentType).send(document.bytes);
}
