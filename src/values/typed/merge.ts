/** A configuration laid over a live value. Source: structured-merge-diff/typed/merge.go. */
import type { PathElement } from '../field-set/field-set.ts';
import type { Json, JsonObject } from '../object.ts';
import { isGranularList, isGranularMap } from './fields-of.ts';
import { itemElement, type ListShape, type MapShape, type Shape } from './shape.ts';

export function mergeValues(shape: Shape, live: Json | undefined, config: Json): Json {
  if (isGranularMap(shape, live) && isGranularMap(shape, config)) {
    return mergeMaps(shape as MapShape, live, config);
  }
  if (isGranularList(shape, live) && isGranularList(shape, config)) {
    return mergeLists(shape as ListShape, live, config);
  }
  return config;
}

function mergeMaps(shape: MapShape, live: JsonObject, config: JsonObject): JsonObject {
  const merged = new Map(Object.entries(live));
  for (const [name, value] of Object.entries(config)) {
    const field = shape.field(name);
    merged.set(name, field === undefined ? value : mergeValues(field, merged.get(name), value));
  }
  // Built from entries, so that a key such as `__proto__` is data like any other.
  return Object.fromEntries(merged);
}

/** The configuration's order; live items that it does not have stay behind the item that they followed. */
function mergeLists(shape: ListShape, live: readonly Json[], config: readonly Json[]): Json[] {
  const liveItems = new Map<PathElement, Json>();
  for (const item of live) {
    const element = itemElement(shape, item);
    if (element !== undefined) {
      liveItems.set(element, item);
    }
  }
  const wanted = config.map((item) => itemElement(shape, item));
  const places = new Map(wanted.map((element, place) => [element, place]));
  const merged: Json[] = [];
  let next = 0;
  const takeUntil = (end: number): void => {
    for (; next < end; next += 1) {
      const element = wanted[next];
      const counterpart = element === undefined ? undefined : liveItems.get(element);
      merged.push(mergeValues(shape.item, counterpart, config[next] as Json));
    }
  };
  for (const item of live) {
    const element = itemElement(shape, item);
    const place = element === undefined ? undefined : places.get(element);
    if (place === undefined) {
      merged.push(item);
    } else {
      takeUntil(place + 1);
    }
  }
  takeUntil(config.length);
  return merged;
}
