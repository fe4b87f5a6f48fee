/** The set of fields that a value has. Source: structured-merge-diff/typed/tofieldset.go. */
import { EMPTY_SET, type FieldSet, fieldSet, LEAF, type PathElement } from '../field-set/field-set.ts';
import { fieldElement } from '../field-set/path-element.ts';
import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../object.ts';
import { itemElement, type ListShape, type MapShape, type Shape } from './shape.ts';

/** Whether a value is walked into. A value of another type than its shape's is taken as one, as decoding left it. */
export const isGranularMap = (shape: Shape, value: Json | undefined): value is JsonObject =>
  shape.type === 'map' && isJsonObject(value);
export const isGranularList = (shape: Shape, value: Json | undefined): value is Json[] =>
  shape.type === 'list' && Array.isArray(value);

export function fieldsOf(shape: Shape, value: Json): FieldSet {
  if (isGranularMap(shape, value)) {
    return fieldsOfMap(shape as MapShape, value);
  }
  return isGranularList(shape, value) ? fieldsOfList(shape as ListShape, value) : LEAF;
}

function fieldsOfMap(shape: MapShape, value: JsonObject): FieldSet {
  const entries = Object.entries(value).flatMap(([name, item]): [PathElement, FieldSet][] => {
    const field = shape.field(name);
    if (field === undefined) {
      return [];
    }
    const below = fieldsOf(field, item);
    const isOwn = below.isMember || !shape.isNamed(name) || (isJsonObject(item) && Object.keys(item).length === 0);
    return [[fieldElement(name), isOwn ? { ...below, isMember: true } : below]];
  });
  return fieldSet(false, entries);
}

function fieldsOfList(shape: ListShape, value: readonly Json[]): FieldSet {
  const entries = value.flatMap((item): [PathElement, FieldSet][] => {
    const element = itemElement(shape, item);
    return element === undefined ? [] : [[element, { ...fieldsOf(shape.item, item), isMember: true }]];
  });
  return entries.length === 0 ? EMPTY_SET : fieldSet(false, entries);
}
