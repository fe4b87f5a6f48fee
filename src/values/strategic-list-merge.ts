/** Merging lists that are maps by a merge key, or sets of scalars. Source: mergeSlice in util/strategicpatch. */
import { badRequest } from '../errors.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './object.ts';
import { directiveOf, type FieldPatch, withoutDirectives } from './patch-directives.ts';
import type { FieldStrategy, PatchStrategy } from './patch-strategy.ts';

type Items = readonly Json[];
type ListPatch = FieldPatch & { readonly value: Items };
/** Tells items apart; undefined: a stored item without its key, which no patch reaches. */
type KeyOf = (item: Json) => Json | undefined;
type MergeMap = (original: JsonObject, patch: JsonObject, strategy: PatchStrategy | undefined) => JsonObject;

/** Throws 400 on items that cannot be told apart, and on an order that contradicts the patch. */
export function mergeList(original: Items, patch: ListPatch, strategy: FieldStrategy, mergeMap: MergeMap): Json[] {
  const { mergeKey, nested } = strategy;
  if (mergeKey === undefined) {
    return mergeScalars(original, patch);
  }
  if (patch.removals !== undefined) {
    throw badRequest('invalid patch format of primitive list');
  }
  const keyOf: KeyOf = (item) =>
    isJsonObject(item) && Object.hasOwn(item, mergeKey) ? (item[mergeKey] ?? null) : undefined;
  for (const item of [...patch.value, ...(patch.order ?? [])]) {
    checkItem(item, mergeKey);
  }
  const { kept, additions } = actOnDirectives(original, patch.value, keyOf);
  const merged = mergeItems(kept, additions, keyOf, (item, addition) => mergeMap(item, addition, nested));
  return inOrder(merged, original, additions, patch.order, keyOf);
}

function mergeScalars(original: Items, { value, order, removals }: ListPatch): Json[] {
  for (const item of [...value, ...(order ?? [])]) {
    if (typeof item === 'object' && item !== null) {
      throw badRequest(
        Array.isArray(item)
          ? 'lists of lists are not supported'
          : 'cannot merge lists without merge key for type map[string]interface {}',
      );
    }
  }
  const removed = new Set(removals);
  const merged = [...new Set([...original, ...value])];
  return inOrder(merged, original, value, order, (item) => item).filter((item) => !removed.has(item));
}

/** Items of the patch must be maps with their key; only `$patch: replace` stands alone. */
function checkItem(item: Json, mergeKey: string): void {
  if (!isJsonObject(item)) {
    throw badRequest(
      Array.isArray(item)
        ? 'lists of lists are not supported'
        : `expected a map[string]interface {}, but received a ${item === null ? 'null' : typeof item}`,
    );
  }
  if (!Object.hasOwn(item, mergeKey) && directiveOf(item) !== 'replace') {
    throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
  }
}

/** `$patch: replace` in any item drops what was there; `$patch: delete` drops the items with its key. */
function actOnDirectives(original: Items, patch: Items, keyOf: KeyOf): { kept: Items; additions: JsonObject[] } {
  const items = patch.filter(isJsonObject);
  const deleted = new Set(items.filter((item) => directiveOf(item) === 'delete').map(keyOf));
  const isReplaced = items.some((item) => directiveOf(item) === 'replace');
  return {
    kept: isReplaced ? [] : original.filter((item) => !deleted.has(keyOf(item))),
    additions: items.filter((item) => (directiveOf(item) ?? 'merge') === 'merge'),
  };
}

/** An addition merges into the first item of its key, or is appended. */
function mergeItems(
  kept: Items,
  additions: readonly JsonObject[],
  keyOf: KeyOf,
  merge: (item: JsonObject, addition: JsonObject) => JsonObject,
): Json[] {
  const merged = [...kept];
  const places = positions(kept, keyOf);
  for (const addition of additions) {
    const place = places.get(keyOf(addition));
    const current = place === undefined ? undefined : merged[place];
    if (place !== undefined && isJsonObject(current)) {
      merged[place] = merge(current, addition);
    } else {
      places.set(keyOf(addition), merged.length);
      merged.push(withoutDirectives(addition) ?? {});
    }
  }
  return merged;
}

/** Where each key is first seen. */
function positions(items: Items, keyOf: KeyOf): Map<Json | undefined, number> {
  const places = new Map<Json | undefined, number>();
  for (const [place, item] of items.entries()) {
    if (!places.has(keyOf(item))) {
      places.set(keyOf(item), place);
    }
  }
  return places;
}

/**
 * Items that the order names (without one: that the patch names) stand in that order; the others keep theirs, each
 * before the first of the named that it preceded in the original.
 */
function inOrder(merged: Items, original: Items, patch: Items, order: Items | undefined, keyOf: KeyOf): Json[] {
  if (order !== undefined) {
    checkOrder(patch, order, keyOf);
  }
  const ranks = positions(order ?? patch, keyOf);
  const rankOf = (item: Json): number => ranks.get(keyOf(item)) ?? 0;
  const named = merged.filter((item) => ranks.has(keyOf(item))).sort((a, b) => rankOf(a) - rankOf(b));
  const others = merged.filter((item) => !ranks.has(keyOf(item)));
  const places = positions(original, keyOf);
  const sorted: Json[] = [];
  let next = 0;
  for (const item of named) {
    const place = places.get(keyOf(item)) ?? -1;
    for (let other = others[next]; other !== undefined; other = others[next]) {
      if ((places.get(keyOf(other)) ?? Number.POSITIVE_INFINITY) >= place) {
        break;
      }
      sorted.push(other);
      next += 1;
    }
    sorted.push(item);
  }
  return [...sorted, ...others.slice(next)];
}

/** The patch's items must be among the ordered ones, in the same order. */
function checkOrder(patch: Items, order: Items, keyOf: KeyOf): void {
  const keys = order.map(keyOf);
  let from = 0;
  for (const item of order.length === 0 ? [] : patch) {
    const place = keys.indexOf(keyOf(item), from);
    if (place < 0) {
      throw badRequest(
        `The order in patch list:\n${JSON.stringify(patch)}\n doesn't match $setElementOrder list:\n${JSON.stringify(order)}\n`,
      );
    }
    from = place + 1;
  }
}
