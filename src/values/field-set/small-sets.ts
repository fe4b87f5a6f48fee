/**
 * Sets of a few fields are made again and again, one for each item of a list: equal ones are one object, so that a list
 * of 10,000 items needs no 10,000 maps, and what is done with one of them need not be done again with the next.
 */

export type PathElement = string;

export interface FieldSet {
  /** Whether the path that ends here is in the set; its children may be in it without it. */
  readonly isMember: boolean;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

export const LEAF: FieldSet = { isMember: true, children: new Map() };

const MAX_CHILDREN = 6;
/** Elements come from clients: neither long texts nor many are kept. */
const MAX_CHARACTERS = 200;
const MAX_KNOWN = 2_000;

let known = new Map<string, FieldSet>();

/** The one object for a set whose children are all leaves; undefined: it is too large to be kept. */
export function sharedSmall(isMember: boolean, children: FieldSet['children']): FieldSet | undefined {
  if (children.size > MAX_CHILDREN) {
    return undefined;
  }
  let key = isMember ? '+' : '-';
  for (const [element, child] of children) {
    if (child !== LEAF) {
      return undefined;
    }
    // With its length, so that no two lists of elements have one key.
    key += `${element.length} ${element}`;
    if (key.length > MAX_CHARACTERS) {
      return undefined;
    }
  }
  const shared = known.get(key);
  if (shared !== undefined) {
    return shared;
  }
  if (known.size >= MAX_KNOWN) {
    known = new Map();
  }
  const set = { isMember, children };
  known.set(key, set);
  return set;
}
