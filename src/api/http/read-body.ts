/** A request's body as a JSON value, by its Content-Type. No Content-Type is JSON, as in Kubernetes. */
import type { FastifyRequest } from 'fastify';
import { decodeProtobuf } from '../../resources/protobuf/decode-protobuf.ts';
import { bodyBytes } from './body-bytes.ts';
import {
  ACCEPTED_BODY_TYPES,
  JSON_TYPE,
  PROTOBUF_TYPE,
  parseMediaType,
  unsupportedMediaType,
  YAML_TYPE,
} from './media-type.ts';
import type { ParsedBody } from './parse-json.ts';
import { readJson, readYaml } from './parsed-early.ts';
import { readOf } from './unrecognized.ts';

export const contentType = (request: FastifyRequest): string => {
  const { type } = parseMediaType(request.headers['content-type'] ?? JSON_TYPE);
  return type === '' || type === '*/*' ? JSON_TYPE : type;
};

const PARSERS: Readonly<Record<string, (body: Buffer) => ParsedBody>> = {
  [JSON_TYPE]: readJson,
  [YAML_TYPE]: readYaml,
  [PROTOBUF_TYPE]: (body) => ({ value: decodeProtobuf(body), complaints: [] }),
};

function parse(request: FastifyRequest): ParsedBody {
  const type = contentType(request);
  const parser = Object.hasOwn(PARSERS, type) ? PARSERS[type] : undefined;
  if (parser === undefined) {
    throw unsupportedMediaType(ACCEPTED_BODY_TYPES);
  }
  return parser(bodyBytes(request));
}

/** Of an object of that kind. Throws 400, 413 and 415. */
export function parseBody(request: FastifyRequest, kind: string): ParsedBody {
  return contentType(request) === PROTOBUF_TYPE
    ? parse(request)
    : readOf(kind, bodyBytes(request), () => parse(request));
}

/** For bodies that are no objects of a kind. Throws 400, 413 and 415. */
export const readBody = (request: FastifyRequest): unknown => parse(request).value;
