/**
 * Strategic merge patch: a merge patch that knows which lists are sets or maps, and takes directives.
 * Changes neither argument. Source: mergeMap in k8s.io/apimachinery/pkg/util/strategicpatch.
 */
import { checkDepth, isJsonObject } from './json.ts';
import type { Json, JsonObject } from './object.ts';
import { type FieldPatch, readMapPatch, withoutDirectives } from './patch-directives.ts';
import type { FieldStrategy, PatchStrategy } from './patch-strategy.ts';
import { mergeList } from './strategic-list-merge.ts';

/** Throws 400 on a patch that does not follow the rules. */
export function applyStrategicMergePatch(document: Json, patch: JsonObject, strategy: PatchStrategy): Json {
  checkDepth(patch);
  return mergeMap(isJsonObject(document) ? document : {}, patch, strategy);
}

function mergeMap(original: JsonObject, patch: JsonObject, strategy: PatchStrategy | undefined): JsonObject {
  const { directive, retainKeys, fields } = readMapPatch(patch);
  if (directive === 'delete') {
    return {};
  }
  const kept = Object.entries(original).filter(([key]) => retainKeys?.has(key) ?? true);
  // Built from entries, so that a key such as `__proto__` is data like any other.
  const merged = new Map(directive === 'replace' ? [] : kept);
  for (const [name, field] of fields) {
    const value = mergeField(merged.get(name), field, strategy?.field(name));
    if (value === undefined) {
      merged.delete(name);
    } else {
      merged.set(name, value);
    }
  }
  return Object.fromEntries(merged);
}

/** undefined: the field goes, or stays away. */
function mergeField(current: Json | undefined, patch: FieldPatch, strategy?: FieldStrategy): Json | undefined {
  const { value } = patch;
  if (value === null) {
    return undefined;
  }
  if (strategy?.patchStrategy === 'merge' && (value === undefined || Array.isArray(value))) {
    if (Array.isArray(current)) {
      return mergeList(current, { ...patch, value: value ?? [] }, strategy, mergeMap);
    }
    if (value !== undefined && patch.order !== undefined) {
      return mergeList([], { ...patch, value }, strategy, mergeMap);
    }
  }
  if (value === undefined) {
    return current;
  }
  return isJsonObject(current) && isJsonObject(value) && strategy?.patchStrategy !== 'replace'
    ? mergeMap(current, value, strategy?.nested)
    : withoutDirectives(value);
}
