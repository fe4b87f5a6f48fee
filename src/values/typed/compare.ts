/** What differs between two values of one shape, field by field. Source: structured-merge-diff/typed/compare.go. */
import { EMPTY_SET, type FieldSet, isEmptySet, LEAF, type PathElement, setOf } from '../field-set/field-set.ts';
import { fieldElement } from '../field-set/path-element.ts';
import type { Json, JsonObject } from '../object.ts';
import { isSameJson } from '../same-json.ts';
import { isGranularList, isGranularMap } from './fields-of.ts';
import { itemElement, type ListShape, type MapShape, type Shape } from './shape.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const NONE: FieldSet['children'] = EMPTY_SET.children;
const SAME: Comparison = { added: EMPTY_SET, modified: EMPTY_SET, removed: EMPTY_SET };
const ADDED: Comparison = { ...SAME, added: LEAF };
const MODIFIED: Comparison = { ...SAME, modified: LEAF };
const REMOVED: Comparison = { ...SAME, removed: LEAF };

/** undefined: the value is not there. */
export function compare(shape: Shape, before: Json | undefined, after: Json | undefined): Comparison {
  if (before === after) {
    return SAME;
  }
  const found = new Found();
  if (bothAre(isGranularMap, shape, before, after)) {
    compareFields(shape as MapShape, before as JsonObject | undefined, after as JsonObject | undefined, found);
  } else if (bothAre(isGranularList, shape, before, after)) {
    compareItems(shape as ListShape, before as Json[] | undefined, after as Json[] | undefined, found);
  } else {
    return compareWhole(before, after);
  }
  return found.toComparison(before === undefined, after === undefined);
}

/** Of the sides that are there. */
const bothAre = (
  is: (shape: Shape, side: Json | undefined) => boolean,
  shape: Shape,
  before: Json | undefined,
  after: Json | undefined,
): boolean => (before === undefined || is(shape, before)) && (after === undefined || is(shape, after));

type Children = Map<PathElement, FieldSet>;

/** What differs in the parts of a value; of a long one that is mostly the same, little. */
class Found {
  #added: Children | undefined;
  #modified: Children | undefined;
  #removed: Children | undefined;

  take(element: PathElement, { added, modified, removed }: Comparison): void {
    if (!isEmptySet(added)) {
      this.#added ??= new Map();
      this.#added.set(element, added);
    }
    if (!isEmptySet(modified)) {
      this.#modified ??= new Map();
      this.#modified.set(element, modified);
    }
    if (!isEmptySet(removed)) {
      this.#removed ??= new Map();
      this.#removed.set(element, removed);
    }
  }

  toComparison(isNew: boolean, isGone: boolean): Comparison {
    return {
      added: setOf(isNew, this.#added ?? NONE),
      modified: setOf(false, this.#modified ?? NONE),
      removed: setOf(isGone, this.#removed ?? NONE),
    };
  }
}

function compareWhole(before: Json | undefined, after: Json | undefined): Comparison {
  if (before === undefined) {
    return ADDED;
  }
  if (after === undefined) {
    return REMOVED;
  }
  return isSameJson(before, after) ? SAME : MODIFIED;
}

const ownField = (of: JsonObject | undefined, name: string): Json | undefined =>
  of !== undefined && Object.hasOwn(of, name) ? of[name] : undefined;

function compareFields(
  shape: MapShape,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  found: Found,
): void {
  const compareField = (name: string, old: Json | undefined, now: Json | undefined): void => {
    const field = old === now ? undefined : shape.field(name);
    if (field !== undefined) {
      found.take(fieldElement(name), compare(field, old, now));
    }
  };
  for (const name of Object.keys(before ?? {})) {
    compareField(name, before?.[name], ownField(after, name));
  }
  for (const name of Object.keys(after ?? {})) {
    if (before === undefined || !Object.hasOwn(before, name)) {
      compareField(name, undefined, after?.[name]);
    }
  }
}

function byElement(shape: ListShape, items: readonly Json[] = []): Map<PathElement, Json> {
  const found = new Map<PathElement, Json>();
  for (const item of items) {
    const element = itemElement(shape, item);
    if (element !== undefined) {
      found.set(element, item);
    }
  }
  return found;
}

function compareItems(
  shape: ListShape,
  before: readonly Json[] | undefined,
  after: readonly Json[] | undefined,
  found: Found,
): void {
  const olds = byElement(shape, before);
  const news = byElement(shape, after);
  for (const [element, old] of olds) {
    const now = news.get(element);
    if (now === undefined || !isSameJson(old, now)) {
      found.take(element, compare(shape.item, old, now));
    }
  }
  for (const [element, now] of news) {
    if (!olds.has(element)) {
      found.take(element, compare(shape.item, undefined, now));
    }
  }
}
