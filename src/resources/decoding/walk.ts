/**
 * decoding/: turns JSON as sent into an object of a kind, by closures compiled once from its schema. A walk is one such
 * decoding under way. Internal to resources/; `../decode.ts` is the way in.
 */
import type { Json } from '../../values/object.ts';
import type { ResourceDefinition } from '../define-resource.ts';

export interface Walk {
  readonly definition: ResourceDefinition;
  /** Where the walk is: valid up to the depth that a decoder is called with, stale beyond it. */
  readonly path: (string | number)[];
  readonly unknownFields: string[];
}

/** Returns a copy of its own. `value` is never null or undefined: who calls takes these as absent. */
export type Decoder = (value: unknown, walk: Walk, depth: number) => Json;

/** As in sigs.k8s.io/json, so that a body of junk gives no message of its own size. */
const MAX_UNKNOWN_FIELDS = 100;

/** `spec.containers[0].image`. */
export function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  }
  return text;
}

export function noteUnknownField({ path, unknownFields }: Walk, depth: number): void {
  if (unknownFields.length < MAX_UNKNOWN_FIELDS) {
    unknownFields.push(pathText(path.slice(0, depth)));
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
