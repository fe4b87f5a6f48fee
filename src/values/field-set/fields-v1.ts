/** Field sets as JSON: meta/v1 FieldsV1. `.` marks a path that has others below it. Source: fieldpath/serialize.go. */
import { isJsonObject, setOwn } from '../json.ts';
import type { Json, JsonObject } from '../object.ts';
import { EMPTY_SET, type FieldSet, isEmptySet, LEAF, type PathElement, setOf } from './field-set.ts';
import { readElement } from './path-element.ts';

const SELF = '.';
/** As deep as an object may be; a set of a client may hold anything. */
const MAX_DEPTH = 500;

export function formatFieldsV1({ isMember, children }: FieldSet): JsonObject {
  const json: JsonObject = {};
  if (isMember && children.size > 0) {
    json[SELF] = {};
  }
  // Items of a list mostly have the same fields: their sets are one object, and so is what is written of them.
  let last: readonly [set: FieldSet, json: JsonObject] = [EMPTY_SET, {}];
  for (const name of [...children.keys()].sort()) {
    const child = children.get(name) ?? EMPTY_SET;
    if (child !== last[0]) {
      last = [child, formatFieldsV1(child)];
    }
    setOwn(json, name, last[1]);
  }
  return json;
}

/** undefined: this is no FieldsV1. */
export const parseFieldsV1 = (json: Json | undefined): FieldSet | undefined => parse(json, readElement);

/** Of what was made here, so that its elements are canonical. */
export const parseOwnFieldsV1 = (json: Json): FieldSet => parse(json, (element) => element) ?? EMPTY_SET;

type ReadElement = (text: string) => PathElement | undefined;

function parse(json: Json | undefined, read: ReadElement, depth = 0): FieldSet | undefined {
  if (!isJsonObject(json) || depth > MAX_DEPTH) {
    return undefined;
  }
  const children = new Map<PathElement, FieldSet>();
  for (const text of Object.keys(json)) {
    if (text !== SELF) {
      const element = read(text);
      const child = parse(json[text], read, depth + 1);
      if (element === undefined || child === undefined) {
        return undefined;
      }
      // Nothing below it and no mark: the path itself.
      children.set(element, isEmptySet(child) ? LEAF : child);
    }
  }
  return setOf(Object.hasOwn(json, SELF), children);
}
