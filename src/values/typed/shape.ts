/**
 * typed/: what a server-side apply needs to know of an object's types, and the operations on values that follow them:
 * the set of a value's fields, comparing, merging, removing. Pure. Source: sigs.k8s.io/structured-merge-diff/v6/typed.
 *
 * This file: how the parts of a kind may be owned. resources/ makes it from a kind's schema.
 */

import type { PathElement } from '../field-set/field-set.ts';
import { valueElement } from '../field-set/path-element.ts';
import type { Json, JsonObject } from '../object.ts';

/** Owned as one: scalars, atomic lists, maps and structs. */
export interface AtomicShape {
  readonly type: 'atomic';
}
/** Owned field by field: a struct, whose fields are known, or a map, whose keys are not. */
export interface MapShape {
  readonly type: 'map';
  /** undefined: there is no such field. */
  field(name: string): Shape | undefined;
  /** Whether the field is one of a struct. Keys of a map are owned by themselves, beside what lies below them. */
  isNamed(name: string): boolean;
}
/** Owned item by item; items are known by the values of their keys, in a set by their own. */
export interface ListShape {
  readonly type: 'list';
  readonly item: Shape;
  /** In order of name, and names are such as need no escape; undefined: a set. */
  readonly keys: readonly ListKey[] | undefined;
}
export interface ListKey {
  readonly name: string;
  /** What an item without the key has. */
  readonly default?: Json;
}
export type Shape = AtomicShape | MapShape | ListShape;

export const ATOMIC: AtomicShape = { type: 'atomic' };

/** undefined: the item lacks a key, so that it cannot be told from others. */
export function itemElement({ keys }: ListShape, item: Json): PathElement | undefined {
  if (keys === undefined) {
    return valueElement(item);
  }
  let text = '';
  for (const key of keys) {
    const value = (item as JsonObject | null)?.[key.name] ?? key.default;
    if (value === undefined) {
      return undefined;
    }
    text += `${text === '' ? '' : ','}"${key.name}":${JSON.stringify(value)}`;
  }
  return `k:{${text}}`;
}
