/** JSON merge patch, RFC 7386. Changes neither argument. */
import { checkDepth, isJsonObject } from './json.ts';
import type { Json } from './object.ts';

/** Throws 400 on a patch that is nested too deep. */
export function applyMergePatch(document: Json, patch: Json): Json {
  checkDepth(patch);
  return merge(document, patch);
}

/** Built from entries, so that a key such as `__proto__` is data like any other. */
function merge(document: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) {
    return patch;
  }
  const merged = new Map(isJsonObject(document) ? Object.entries(document) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      merged.delete(key);
    } else {
      merged.set(key, merge(merged.get(key), value));
    }
  }
  return Object.fromEntries(merged);
}
