/** What differs between two values of one shape, field by field. Source: structured-merge-diff/typed/compare.go. */
import { isDeepStrictEqual } from 'node:util';
import { EMPTY_SET, type FieldSet, fieldSet, LEAF, type PathElement } from '../field-set/field-set.ts';
import { fieldElement } from '../field-set/path-element.ts';
import type { Json, JsonObject } from '../object.ts';
import { isGranularList, isGranularMap } from './fields-of.ts';
import { itemElement, type ListShape, type MapShape, type Shape } from './shape.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const SAME: Comparison = { added: EMPTY_SET, modified: EMPTY_SET, removed: EMPTY_SET };
const ADDED: Comparison = { ...SAME, added: LEAF };
const MODIFIED: Comparison = { ...SAME, modified: LEAF };
const REMOVED: Comparison = { ...SAME, removed: LEAF };

/** undefined: the value is not there. */
export function compare(shape: Shape, before: Json | undefined, after: Json | undefined): Comparison {
  if (before === after) {
    return SAME;
  }
  const parts = partsOf(shape, before, after);
  if (parts === undefined) {
    return compareWhole(before, after);
  }
  const compared = [...parts].map(([element, [part, old, now]]) => [element, compare(part, old, now)] as const);
  const gather = (which: keyof Comparison, isOwn: boolean): FieldSet =>
    fieldSet(
      isOwn,
      compared.map(([element, each]) => [element, each[which]]),
    );
  return {
    added: gather('added', before === undefined),
    modified: gather('modified', false),
    removed: gather('removed', after === undefined),
  };
}

function compareWhole(before: Json | undefined, after: Json | undefined): Comparison {
  if (before === undefined) {
    return ADDED;
  }
  if (after === undefined) {
    return REMOVED;
  }
  return isDeepStrictEqual(before, after) ? SAME : MODIFIED;
}

type Parts = Map<PathElement, [shape: Shape, before: Json | undefined, after: Json | undefined]>;

/** The parts that are compared one by one; undefined: the values are compared whole. */
function partsOf(shape: Shape, before: Json | undefined, after: Json | undefined): Parts | undefined {
  const sides = [before, after].filter((side) => side !== undefined);
  if (sides.every((side) => isGranularMap(shape, side))) {
    return fieldParts(shape as MapShape, before as JsonObject | undefined, after as JsonObject | undefined);
  }
  if (sides.every((side) => isGranularList(shape, side))) {
    return itemParts(shape as ListShape, before as Json[] | undefined, after as Json[] | undefined);
  }
  return undefined;
}

function fieldParts(shape: MapShape, before: JsonObject = {}, after: JsonObject = {}): Parts {
  const parts: Parts = new Map();
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const field = shape.field(name);
    if (field !== undefined) {
      const own = (of: JsonObject): Json | undefined => (Object.hasOwn(of, name) ? of[name] : undefined);
      parts.set(fieldElement(name), [field, own(before), own(after)]);
    }
  }
  return parts;
}

function itemParts(shape: ListShape, before: readonly Json[] = [], after: readonly Json[] = []): Parts {
  const parts: Parts = new Map();
  for (const item of before) {
    const element = itemElement(shape, item);
    if (element !== undefined) {
      parts.set(element, [shape.item, item, undefined]);
    }
  }
  for (const item of after) {
    const element = itemElement(shape, item);
    if (element !== undefined) {
      parts.set(element, [shape.item, parts.get(element)?.[1], item]);
    }
  }
  return parts;
}
