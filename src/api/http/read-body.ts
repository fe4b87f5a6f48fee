/** A request's body as a JSON value, by its Content-Type. No Content-Type is JSON, as in Kubernetes. */
import type { FastifyRequest } from 'fastify';
import { bodyBytes } from './body-bytes.ts';
import { contentType, formatOf } from './body-format.ts';
import { ACCEPTED_BODY_TYPES, PROTOBUF_TYPE, unsupportedMediaType } from './media-type.ts';
import type { ParsedBody } from './parse-json.ts';
import { readBytes } from './parsed-early.ts';
import { readOf } from './unrecognized.ts';

function parse(request: FastifyRequest): ParsedBody {
  const type = contentType(request);
  const body = bodyBytes(request);
  const format = ACCEPTED_BODY_TYPES.includes(type) ? formatOf(type, body) : undefined;
  if (format === undefined) {
    throw unsupportedMediaType(ACCEPTED_BODY_TYPES);
  }
  return readBytes(format, body);
}

/** Of an object of that kind. Throws 400, 413 and 415. */
export function parseBody(request: FastifyRequest, kind: string): ParsedBody {
  return contentType(request) === PROTOBUF_TYPE
    ? parse(request)
    : readOf(kind, bodyBytes(request), () => parse(request));
}

/** For bodies that are no objects of a kind. Throws 400, 413 and 415. */
export const readBody = (request: FastifyRequest): unknown => parse(request).value;
