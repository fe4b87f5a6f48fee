/** The operations of a JSON patch, read from what a client sent. */
import { badRequest, StatusError } from '../errors.ts';
import { checkDepth } from './json.ts';
import { type Pointer, parsePointer } from './json-pointer.ts';
import type { Json } from './object.ts';

interface Placed {
  readonly path: string;
  readonly at: Pointer;
}
export type JsonPatchOperation =
  | (Placed & { readonly op: 'add' | 'replace' | 'test'; readonly value: Json })
  | (Placed & { readonly op: 'move' | 'copy'; readonly from: string; readonly source: Pointer })
  | (Placed & { readonly op: 'remove' });

/** Source: maxJSONPatchOperations in apiserver's handlers/patch.go. */
const MAX_OPERATIONS = 10_000;

/** The message alone is Kubernetes'; the cause, which kubectl prints, says which operation failed. */
export function unprocessable(why: string): StatusError {
  return new StatusError('Invalid', 'the server rejected our request due to an error in our request', {
    causes: [{ reason: 'FieldValueInvalid', message: why, field: 'patch' }],
  });
}

/** Throws 400, 413 or 422. */
export function decodeJsonPatch(patch: unknown): JsonPatchOperation[] {
  if (!Array.isArray(patch)) {
    throw mismatch(patch, 'value of type []handlers.jsonPatchOp');
  }
  if (patch.length > MAX_OPERATIONS) {
    throw new StatusError(
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  }
  return patch.map(decodeOperation);
}

function decodeOperation(given: unknown): JsonPatchOperation {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw mismatch(given, 'value of type handlers.jsonPatchOp');
  }
  const fields = given as Readonly<Record<string, unknown>>;
  const op = readText(fields, 'op');
  const path = readText(fields, 'path');
  const at = readPointer(path);
  if (op === 'remove') {
    return { op, path, at };
  }
  if (op === 'move' || op === 'copy') {
    const from = readText(fields, 'from');
    return { op, path, at, from, source: readPointer(from) };
  }
  if (op !== 'add' && op !== 'replace' && op !== 'test') {
    throw unprocessable(`Unexpected kind: ${op}`);
  }
  const value = (fields['value'] ?? null) as Json;
  checkDepth(value);
  return { op, path, at, value };
}

function readText(fields: Readonly<Record<string, unknown>>, name: 'op' | 'path' | 'from'): string {
  const value = fields[name];
  if (value === undefined || value === null) {
    throw unprocessable(name === 'op' ? 'Unexpected kind: unknown' : `operation missing ${name} field: missing value`);
  }
  if (typeof value !== 'string') {
    throw mismatch(value, `struct field jsonPatchOp.${name} of type string`);
  }
  return value;
}

function readPointer(text: string): Pointer {
  const pointer = parsePointer(text);
  if (pointer === undefined) {
    throw unprocessable(`${JSON.stringify(text)} is no JSON pointer: it must start with "/"`);
  }
  return pointer;
}

const GO_NAMES: Readonly<Record<string, string>> = { boolean: 'bool', undefined: 'null' };

/** In the words of encoding/json. */
function mismatch(value: unknown, target: string): StatusError {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : (GO_NAMES[typeof value] ?? typeof value);
  return badRequest(`error decoding patch: json: cannot unmarshal ${type} into Go ${target}`);
}
