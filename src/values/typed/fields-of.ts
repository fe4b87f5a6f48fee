/** The set of fields that a value has. Source: structured-merge-diff/typed/tofieldset.go. */
import { asMember, type FieldSet, isEmptySet, LEAF, type PathElement, setOf } from '../field-set/field-set.ts';
import { fieldElement } from '../field-set/path-element.ts';
import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../object.ts';
import { itemElement, type ListShape, type MapShape, type Shape } from './shape.ts';

/** Whether the fields of a value count one by one. One whose type is not its shape's counts as a whole. */
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
  const children = new Map<PathElement, FieldSet>();
  for (const name of Object.keys(value)) {
    const item = value[name] as Json;
    const field = shape.field(name);
    if (field !== undefined) {
      const below = fieldsOf(field, item);
      const isOwn = below.isMember || !shape.isNamed(name) || (isJsonObject(item) && Object.keys(item).length === 0);
      const child = isOwn ? asMember(below) : below;
      if (!isEmptySet(child)) {
        children.set(fieldElement(name), child);
      }
    }
  }
  return setOf(false, children);
}

function fieldsOfList(shape: ListShape, value: readonly Json[]): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const item of value) {
    const element = itemElement(shape, item);
    if (element !== undefined) {
      children.set(element, asMember(fieldsOf(shape.item, item)));
    }
  }
  return setOf(false, children);
}
