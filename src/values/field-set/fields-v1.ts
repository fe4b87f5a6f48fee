/** Field sets as JSON: meta/v1 FieldsV1. `.` marks a path that has others below it. Source: fieldpath/serialize.go. */
import { isJsonObject, setOwn } from '../json.ts';
import type { Json, JsonObject } from '../object.ts';
import { EMPTY_SET, type FieldSet, fieldSet, isEmptySet, type PathElement } from './field-set.ts';
import { readElement } from './path-element.ts';

const SELF = '.';
/** As deep as an object may be; a set of a client may hold anything. */
const MAX_DEPTH = 500;

export function formatFieldsV1({ isMember, children }: FieldSet): JsonObject {
  const json: JsonObject = {};
  if (isMember && children.size > 0) {
    json[SELF] = {};
  }
  const names = [...children.keys()].sort();
  for (const name of names) {
    setOwn(json, name, formatFieldsV1(children.get(name) ?? EMPTY_SET));
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
  const entries: [PathElement, FieldSet][] = [];
  for (const [text, value] of Object.entries(json)) {
    if (text !== SELF) {
      const element = read(text);
      const child = parse(value, read, depth + 1);
      if (element === undefined || child === undefined) {
        return undefined;
      }
      // Nothing below it and no mark: the path itself.
      entries.push([element, isEmptySet(child) ? { ...child, isMember: true } : child]);
    }
  }
  return fieldSet(Object.hasOwn(json, SELF), entries);
}
