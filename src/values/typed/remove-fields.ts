/** A value without the fields of a set. Source: structured-merge-diff/typed/remove.go. */
import { EMPTY_SET, type FieldSet, isEmptySet } from '../field-set/field-set.ts';
import { fieldElement } from '../field-set/path-element.ts';
import type { Json, JsonObject } from '../object.ts';
import { isGranularList, isGranularMap } from './fields-of.ts';
import { itemElement, type ListShape, type MapShape, type Shape } from './shape.ts';

/** undefined: nothing of it is left. */
export function removeFields(shape: Shape, value: Json, gone: FieldSet): Json | undefined {
  if (isGranularMap(shape, value)) {
    return removeFromMap(shape as MapShape, value, gone);
  }
  return isGranularList(shape, value) ? removeFromList(shape as ListShape, value, gone) : value;
}

function removeFromMap(shape: MapShape, value: JsonObject, gone: FieldSet): JsonObject | undefined {
  const left: [string, Json][] = [];
  for (const [name, item] of Object.entries(value)) {
    const below = gone.children.get(fieldElement(name)) ?? EMPTY_SET;
    if (!below.isMember) {
      const field = shape.field(name);
      const rest = isEmptySet(below) || field === undefined ? item : removeFields(field, item, below);
      if (rest !== undefined) {
        left.push([name, rest]);
      }
    }
  }
  return left.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(left);
}

function removeFromList(shape: ListShape, value: readonly Json[], gone: FieldSet): Json[] | undefined {
  const left: Json[] = [];
  for (const item of value) {
    const element = itemElement(shape, item);
    const below = element === undefined ? EMPTY_SET : (gone.children.get(element) ?? EMPTY_SET);
    if (!below.isMember) {
      const rest = isEmptySet(below) ? item : removeFields(shape.item, item, below);
      if (rest !== undefined) {
        left.push(rest);
      }
    }
  }
  return left.length === 0 && value.length > 0 ? undefined : left;
}
