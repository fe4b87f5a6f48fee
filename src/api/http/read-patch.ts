/** A patch's form is its Content-Type; there is no default. Source: apiserver's handlers/patch.go. */
import type { FastifyRequest } from 'fastify';
import type { PatchType } from '../../registry/registry.ts';
import { parseMediaType, unsupportedMediaType } from './media-type.ts';
import { parseJson } from './parse-json.ts';
import { bodyBytes } from './read-body.ts';

export const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

export interface ReadPatch {
  readonly type: PatchType;
  readonly patch: unknown;
  readonly complaints: readonly string[];
}

/** Throws 400, 413 and 415. */
export function readPatch(request: FastifyRequest): ReadPatch {
  const media = parseMediaType(request.headers['content-type'] ?? '').type;
  const type = Object.hasOwn(PATCH_TYPES, media) ? PATCH_TYPES[media] : undefined;
  if (type === undefined) {
    throw unsupportedMediaType(Object.keys(PATCH_TYPES));
  }
  const { value, complaints } = parseJson(bodyBytes(request));
  return {
    type,
    patch: value,
    complaints: type === 'json' ? complaints.map((each) => `json patch ${each}`) : complaints,
  };
}
