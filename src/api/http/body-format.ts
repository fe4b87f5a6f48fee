/** Which format a request's body has, by its Content-Type and, where YAML is asked for that JSON is a part of, its look. */
import type { FastifyRequest } from 'fastify';
import { APPLY_TYPE, JSON_TYPE, PROTOBUF_TYPE, parseMediaType, YAML_TYPE } from './media-type.ts';
import type { BodyFormat } from './parse-bytes.ts';

const OPEN_BRACE = '{'.charCodeAt(0);

/** None is JSON, as in Kubernetes. */
export const contentType = (request: FastifyRequest): string => {
  const { type } = parseMediaType(request.headers['content-type'] ?? JSON_TYPE);
  return type === '' || type === '*/*' ? JSON_TYPE : type;
};

/** An apply that looks like JSON may be YAML all the same: then parsing it throws NotJson. */
export function formatOf(type: string, body: Buffer): BodyFormat | undefined {
  if (type === YAML_TYPE || (type === APPLY_TYPE && body[0] !== OPEN_BRACE)) {
    return 'yaml';
  }
  if (type === PROTOBUF_TYPE) {
    return 'protobuf';
  }
  return type.endsWith('json') || type === APPLY_TYPE ? 'json' : undefined;
}
