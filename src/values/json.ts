/** JSON as data: what the patches share. */
import { badRequest } from '../errors.ts';
import type { Json, JsonObject } from './object.ts';

/** Far above any real object, far below where a recursive walk overflows the stack. */
const MAX_DEPTH = 500;

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws 400 on a value that is nested too deep to be walked. */
export function checkDepth(value: Json, depth = 0): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  if (depth > MAX_DEPTH) {
    throw badRequest('json: exceeded max depth');
  }
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    checkDepth(item, depth + 1);
  }
}

/** Sets a key of its own, also one such as `__proto__`, which plain assignment would take for the prototype. */
export function setOwn(target: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    // An assignment to any other key is the same, at a tenth of the cost.
    target[key] = value;
  }
}
