/** Whether the items of a configuration's lists can be told apart. Source: listItemToPathElement in typed/helpers.go. */

import type { PathElement } from '../field-set/field-set.ts';
import { fieldElement, pathText } from '../field-set/path-element.ts';
import type { Json, JsonObject } from '../object.ts';
import { isGranularList, isGranularMap } from './fields-of.ts';
import { itemElement, type ListShape, type MapShape, type Shape } from './shape.ts';

/** What is wrong, each with its path, as in `.spec.ports: duplicate entries for key [port=80]`. */
export function checkItems(shape: Shape, value: Json, path: readonly PathElement[] = []): string[] {
  if (isGranularMap(shape, value)) {
    return checkFields(shape as MapShape, value, path);
  }
  return isGranularList(shape, value) ? checkList(shape as ListShape, value, path) : [];
}

function checkFields(shape: MapShape, value: JsonObject, path: readonly PathElement[]): string[] {
  const wrong: string[][] = [];
  for (const name of Object.keys(value)) {
    const field = shape.field(name);
    // Of 49,000 keys of a map hardly one has items, and a path for each takes 20 ms.
    if (field !== undefined && field.type !== 'atomic') {
      wrong.push(checkItems(field, value[name] as Json, [...path, fieldElement(name)]));
    }
  }
  return wrong.flat();
}

function checkList(shape: ListShape, value: readonly Json[], path: readonly PathElement[]): string[] {
  const seen = new Set<PathElement>();
  return value.flatMap((item, index) => {
    const element = itemElement(shape, item);
    if (element === undefined) {
      return [`${pathText(path)}: element ${index}: ${missingKey(shape, item)}`];
    }
    if (seen.has(element)) {
      return [`${pathText(path)}: duplicate entries for key ${pathText([element])}`];
    }
    seen.add(element);
    return checkItems(shape.item, item, [...path, element]);
  });
}

function missingKey({ keys = [] }: ListShape, item: Json): string {
  const missing = keys.find(
    (key) => (item as JsonObject | null)?.[key.name] === undefined && key.default === undefined,
  );
  const name = JSON.stringify(missing?.name ?? '');
  return `associative list with keys has an element that omits key field ${name} (and doesn't have default value)`;
}
