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

/** Throws 415 and 400. */
export function readPatch(request: FastifyRequest): { readonly type: PatchType; readonly patch: unknown } {
  const media = parseMediaType(request.headers['content-type'] ?? '').type;
  const type = Object.hasOwn(PATCH_TYPES, media) ? PATCH_TYPES[media] : undefined;
  if (type === undefined) {
    throw unsupportedMediaType(Object.keys(PATCH_TYPES));
  }
  return { type, patch: parseJson(bodyBytes(request)) };
}
