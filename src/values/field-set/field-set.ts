/**
 * field-set/: sets of field paths, as managedFields holds them. A set is a tree of path elements; elements are texts as
 * in FieldsV1: `f:name` (a field), `k:{"name":"x"}` (a list item by its keys), `v:"x"` (a list item by its value).
 * Pure; every operation gives a new set. Source: sigs.k8s.io/structured-merge-diff/v6/fieldpath, KEP-555.
 */
export type PathElement = string;

export interface FieldSet {
  /** Whether the path that ends here is in the set; its children may be in it without it. */
  readonly isMember: boolean;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

const NO_CHILDREN: FieldSet['children'] = new Map();
export const EMPTY_SET: FieldSet = { isMember: false, children: NO_CHILDREN };
export const LEAF: FieldSet = { isMember: true, children: NO_CHILDREN };

export const isEmptySet = ({ isMember, children }: FieldSet): boolean => !isMember && children.size === 0;

/** Drops empty children, so that equal sets have equal trees. */
export function fieldSet(isMember: boolean, entries: Iterable<readonly [PathElement, FieldSet]>): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of entries) {
    if (!isEmptySet(child)) {
      children.set(element, child);
    }
  }
  return children.size === 0 ? (isMember ? LEAF : EMPTY_SET) : { isMember, children };
}

/** The set of one path. */
export const setOfPath = (path: readonly PathElement[]): FieldSet =>
  path.reduceRight<FieldSet>((child, element) => fieldSet(false, [[element, child]]), LEAF);

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) {
    return b;
  }
  if (isEmptySet(b)) {
    return a;
  }
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const own = children.get(element);
    children.set(element, own === undefined ? child : union(own, child));
  }
  return fieldSet(a.isMember || b.isMember, children);
}

export const unionOf = (sets: readonly FieldSet[]): FieldSet => sets.reduce(union, EMPTY_SET);

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const shared = [...a.children].map(([element, child]): [PathElement, FieldSet] => [
    element,
    intersection(child, b.children.get(element) ?? EMPTY_SET),
  ]);
  return fieldSet(a.isMember && b.isMember, shared);
}

/** The paths of `a` that are not in `b`; a path stays though `b` has a path above it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b)) {
    return a;
  }
  const left = [...a.children].map(([element, child]): [PathElement, FieldSet] => [
    element,
    difference(child, b.children.get(element) ?? EMPTY_SET),
  ]);
  return fieldSet(a.isMember && !b.isMember, left);
}

/** The same, and what lies below a path of `b` goes too. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  const left = [...a.children].map(([element, child]): [PathElement, FieldSet] => {
    const taken = b.children.get(element);
    if (taken === undefined) {
      return [element, child];
    }
    return [element, taken.isMember ? EMPTY_SET : recursiveDifference(child, taken)];
  });
  return fieldSet(a.isMember && !b.isMember, left);
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a.isMember !== b.isMember || a.children.size !== b.children.size) {
    return false;
  }
  return [...a.children].every(([element, child]) => {
    const other = b.children.get(element);
    return other !== undefined && equalSets(child, other);
  });
}

/** Every path of the set, in the order of the tree. */
export function pathsOf(set: FieldSet, above: readonly PathElement[] = []): (readonly PathElement[])[] {
  const own = set.isMember ? [above] : [];
  return [...own, ...[...set.children].flatMap(([element, child]) => pathsOf(child, [...above, element]))];
}
