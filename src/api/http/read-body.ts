/** A request's body as a JSON value, by its Content-Type. No Content-Type is JSON, as in Kubernetes. */
import type { FastifyRequest } from 'fastify';
import { bodyBytes } from './body-bytes.ts';
import {
  ACCEPTED_BODY_TYPES,
  JSON_TYPE,
  PROTOBUF_TYPE,
  parseMediaType,
  unsupportedMediaType,
  YAML_TYPE,
} from './media-type.ts';
import type { BodyFormat } from './parse-bytes.ts';
import type { ParsedBody } from './parse-json.ts';
import { readBytes } from './parsed-early.ts';
import { readOf } from './unrecognized.ts';

export const contentType = (request: FastifyRequest): string => {
  const { type } = parseMediaType(request.headers['content-type'] ?? JSON_TYPE);
  return type === '' || type === '*/*' ? JSON_TYPE : type;
};

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  [JSON_TYPE]: 'json',
  [YAML_TYPE]: 'yaml',
  [PROTOBUF_TYPE]: 'protobuf',
};

function parse(request: FastifyRequest): ParsedBody {
  const type = contentType(request);
  const format = Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined;
  if (format === undefined) {
    throw unsupportedMediaType(ACCEPTED_BODY_TYPES);
  }
  return readBytes(format, bodyBytes(request));
}

/** Of an object of that kind. Throws 400, 413 and 415. */
export function parseBody(request: FastifyRequest, kind: string): ParsedBody {
  return contentType(request) === PROTOBUF_TYPE
    ? parse(request)
    : readOf(kind, bodyBytes(request), () => parse(request));
}

/** For bodies that are no objects of a kind. Throws 400, 413 and 415. */
export const readBody = (request: FastifyRequest): unknown => parse(request).value;
