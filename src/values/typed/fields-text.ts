/**
 * The fields of an object that somebody has just created, as FieldsV1 text: what stands there now and did not in the
 * empty object. The same set as a comparison with the empty object gives; as text, since it is made for every GET of an
 * object that nobody has changed since, in a tenth of the time that the comparison takes.
 */
import type { FieldSet, PathElement } from '../field-set/field-set.ts';
import { fieldElement } from '../field-set/path-element.ts';
import { memo } from '../memo.ts';
import type { Json, JsonObject } from '../object.ts';
import { isGranularList, isGranularMap } from './fields-of.ts';
import { itemElement, type ListShape, type MapShape, type Shape } from './shape.ts';

/** A fleet's pods have the same few names of containers, ports, variables and labels. */
const quoted = memo((element) => JSON.stringify(element));

const LEAF = '{}';
const SELF = '".":{}';

interface Field {
  readonly name: string;
  readonly shape: Shape;
  /** The element as JSON, and a colon. */
  readonly begin: string;
}
/** What some keys of a struct come to, whatever their values are. */
interface Layout {
  readonly fields: readonly Field[];
  /** Where each is owned as one: the text of an object with these. */
  readonly flat: string | undefined;
}

interface Layouts {
  readonly byKeys: Map<string, Layout>;
  /** Of the object before: items of a list mostly have the same keys. */
  last: { readonly names: readonly string[]; readonly layout: Layout };
}
let layouts = new WeakMap<MapShape, Layouts>();
/** Most objects have the same few sets of keys; all are forgotten when there are too many. */
const MAX_LAYOUTS = 2_000;
let laidOut = 0;

function newLayout(shape: MapShape, names: readonly string[]): Layout {
  const fields = [...names].sort().flatMap((name): Field[] => {
    const field = shape.field(name);
    return field === undefined ? [] : [{ name, shape: field, begin: `${quoted(fieldElement(name))}:` }];
  });
  const isFlat = fields.every((field) => field.shape.type === 'atomic');
  const parts = fields.map(({ begin }) => begin + LEAF);
  return { fields, flat: isFlat ? join(parts, false) : undefined };
}

const areSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, at) => name === b[at]);

/** undefined of maps: their keys come from clients, while the names of structs' fields come from schemas. */
function layoutOf(shape: MapShape, names: readonly string[]): Layout | undefined {
  const ofShape = layouts.get(shape);
  if (ofShape !== undefined && areSame(ofShape.last.names, names)) {
    return ofShape.last.layout;
  }
  if (!names.every((name) => shape.isNamed(name))) {
    return undefined;
  }
  const key = names.join();
  const layout = ofShape?.byKeys.get(key) ?? newLayout(shape, names);
  keep(shape, key, { names, layout });
  return layout;
}

function keep(shape: MapShape, key: string, last: Layouts['last']): void {
  const { byKeys = new Map<string, Layout>() } = layouts.get(shape) ?? {};
  if (!byKeys.has(key)) {
    laidOut += 1;
    byKeys.set(key, last.layout);
  }
  layouts.set(shape, { byKeys, last });
  if (laidOut > MAX_LAYOUTS) {
    layouts = new WeakMap();
    laidOut = 0;
  }
}

/** `empty`: what the empty object has in this place, if anything. `never`: what nobody may own. */
export function createdFieldsText(shape: Shape, value: Json, empty: Json | undefined, never?: FieldSet): string {
  if (isGranularMap(shape, value)) {
    return mapText(shape as MapShape, value, empty as JsonObject | undefined, never);
  }
  return isGranularList(shape, value) ? listText(shape as ListShape, value, empty !== undefined, never) : LEAF;
}

function join(parts: readonly string[], isThere: boolean): string {
  if (parts.length === 0) {
    return LEAF;
  }
  return isThere ? `{${parts.join(',')}}` : `{${SELF},${parts.join(',')}}`;
}

function mapText(shape: MapShape, value: JsonObject, empty: JsonObject | undefined, never?: FieldSet): string {
  const names = Object.keys(value);
  const layout = layoutOf(shape, names);
  if (layout?.flat !== undefined && empty === undefined && never === undefined) {
    return layout.flat;
  }
  const parts: string[] = [];
  const add = (name: string, field: Shape, begin: string): void => {
    const below = never?.children.get(`f:${name}`);
    if (below?.isMember !== true) {
      const there = empty?.[name];
      const text = createdFieldsText(field, value[name] as Json, there, below);
      // A part of the empty object, or of what others have set, in which nothing was set is nobody's.
      if ((there === undefined && below === undefined) || text !== LEAF) {
        parts.push(begin + text);
      }
    }
  };
  layout?.fields.forEach(({ name, shape: field, begin }) => {
    add(name, field, begin);
  });
  for (const name of layout === undefined ? names.sort() : []) {
    const field = shape.field(name);
    if (field !== undefined) {
      add(name, field, `${JSON.stringify(fieldElement(name))}:`);
    }
  }
  return join(parts, empty !== undefined);
}

type Item = readonly [PathElement, text: string];
const byElement = ([a]: Item, [b]: Item): number => (a < b ? -1 : a > b ? 1 : 0);

function listText(shape: ListShape, value: readonly Json[], isThere: boolean, never?: FieldSet): string {
  const items: Item[] = [];
  for (const item of value) {
    const element = itemElement(shape, item);
    if (element !== undefined && never?.children.has(element) !== true) {
      items.push([element, createdFieldsText(shape.item, item, undefined)]);
    }
  }
  items.sort(byElement);
  // The last of those that cannot be told apart counts.
  const last = items.filter(([element], at) => items[at + 1]?.[0] !== element);
  const parts = last.map(([element, text]) => `${quoted(element)}:${text}`);
  // A list of which others have an item was there.
  return join(parts, isThere || never !== undefined);
}
