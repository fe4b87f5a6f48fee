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
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

const EMPTY = Buffer.alloc(0);

export const bodyBytes = (request: FastifyRequest): Buffer => (Buffer.isBuffer(request.body) ? request.body : EMPTY);

export const contentType = (request: FastifyRequest): string => {
  const { type } = parseMediaType(request.headers['content-type'] ?? JSON_TYPE);
  return type === '' || type === '*/*' ? JSON_TYPE : type;
};

const PARSERS: Readonly<Record<string, (body: Buffer) => unknown>> = {
  [JSON_TYPE]: parseJson,
  [YAML_TYPE]: parseYaml,
  [PROTOBUF_TYPE]: decodeProtobuf,
};

/** Throws 400 and 415. */
export function readBody(request: FastifyRequest): unknown {
  const type = contentType(request);
  const parse = Object.hasOwn(PARSERS, type) ? PARSERS[type] : undefined;
  if (parse === undefined) {
    throw unsupportedMediaType(ACCEPTED_BODY_TYPES);
  }
  return parse(bodyBytes(request));
}
