/** A request's body as a JSON value, by its Content-Type. No Content-Type is JSON, as in Kubernetes. */
import type { FastifyRequest } from 'fastify';
import { decodeProtobuf } from '../../resources/protobuf/decode-protobuf.ts';
import {
  ACCEPTED_BODY_TYPES,
  JSON_TYPE,
  PROTOBUF_TYPE,
  parseMediaType,
  unsupportedMediaType,
  YAML_TYPE,
} from './media-type.ts';
import { type ParsedBody, parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

const EMPTY = Buffer.alloc(0);

export const bodyBytes = (request: FastifyRequest): Buffer => (Buffer.isBuffer(request.body) ? request.body : EMPTY);

export const contentType = (request: FastifyRequest): string => {
  const { type } = parseMediaType(request.headers['content-type'] ?? JSON_TYPE);
  return type === '' || type === '*/*' ? JSON_TYPE : type;
};

const PARSERS: Readonly<Record<string, (body: Buffer) => ParsedBody>> = {
  [JSON_TYPE]: parseJson,
  [YAML_TYPE]: parseYaml,
  [PROTOBUF_TYPE]: (body) => ({ value: decodeProtobuf(body), complaints: [] }),
};

/** Throws 400, 413 and 415. */
export function parseBody(request: FastifyRequest): ParsedBody {
  const type = contentType(request);
  const parse = Object.hasOwn(PARSERS, type) ? PARSERS[type] : undefined;
  if (parse === undefined) {
    throw unsupportedMediaType(ACCEPTED_BODY_TYPES);
  }
  return parse(bodyBytes(request));
}

/** For bodies that are no objects of a kind. Throws 400, 413 and 415. */
export const readBody = (request: FastifyRequest): unknown => parseBody(request).value;
