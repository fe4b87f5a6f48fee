/**
 * field-set/: sets of field paths, as managedFields holds them. A set is a tree of path elements; elements are texts as
 * in FieldsV1: `f:name` (a field), `k:{"name":"x"}` (a list item by its keys), `v:"x"` (a list item by its value).
 * Pure: no operation changes a set, and those that change nothing give the one they got. Source: sigs.k8s.io/structured-merge-diff/v6/fieldpath, KEP-555.
 */
import { type FieldSet, LEAF, type PathElement, sharedSmall } from './small-sets.ts';

export { type FieldSet, LEAF, type PathElement };

const NO_CHILDREN: FieldSet['children'] = new Map();
export const EMPTY_SET: FieldSet = { isMember: false, children: NO_CHILDREN };

export const isEmptySet = ({ isMember, children }: FieldSet): boolean => !isMember && children.size === 0;

/** Drops empty children, so that equal sets have equal trees. */
export function fieldSet(isMember: boolean, entries: Iterable<readonly [PathElement, FieldSet]>): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of entries) {
    if (!isEmptySet(child)) {
      children.set(element, child);
    }
  }
  return setOf(isMember, children);
}

/** Without a copy: the children are the set's from now on, and none of them is empty. */
export function setOf(isMember: boolean, children: FieldSet['children']): FieldSet {
  if (children.size === 0) {
    return isMember ? LEAF : EMPTY_SET;
  }
  return sharedSmall(isMember, children) ?? { isMember, children };
}

export const asMember = (set: FieldSet): FieldSet => (set.isMember ? set : setOf(true, set.children));

/** The set of one path. */
export const setOfPath = (path: readonly PathElement[]): FieldSet =>
  path.reduceRight<FieldSet>((child, element) => fieldSet(false, [[element, child]]), LEAF);

/** What two children of the same element come to. Of equal pairs after each other it is worked out once. */
function remembering(operation: (a: FieldSet, b: FieldSet) => FieldSet): (a: FieldSet, b: FieldSet) => FieldSet {
  let last: readonly [a: FieldSet, b: FieldSet, result: FieldSet] = [EMPTY_SET, EMPTY_SET, EMPTY_SET];
  return (a, b) => {
    if (a !== last[0] || b !== last[1]) {
      last = [a, b, operation(a, b)];
    }
    return last[2];
  };
}

/** The children of a set, changed; a child for which undefined is answered stays. The same if all do. */
function changed(
  { children }: FieldSet,
  others: FieldSet['children'],
  change: (own: FieldSet | undefined, other: FieldSet) => FieldSet | undefined,
): FieldSet['children'] {
  let copy: Map<PathElement, FieldSet> | undefined;
  for (const [element, other] of others) {
    const own = children.get(element);
    const result = change(own, other);
    if (result !== own && result !== undefined) {
      copy ??= new Map(children);
      if (isEmptySet(result)) {
        copy.delete(element);
      } else {
        copy.set(element, result);
      }
    }
  }
  return copy ?? children;
}

const withChildren = (set: FieldSet, isMember: boolean, children: FieldSet['children']): FieldSet =>
  isMember === set.isMember && children === set.children ? set : setOf(isMember, children);

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) {
    return a;
  }
  if (isEmptySet(a)) {
    return b;
  }
  const both = remembering(union);
  const children = changed(a, b.children, (own, other) => (own === undefined ? other : both(own, other)));
  return withChildren(a, a.isMember || b.isMember, children);
}

export const unionOf = (sets: readonly FieldSet[]): FieldSet => sets.reduce(union, EMPTY_SET);

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) {
    return a;
  }
  const both = remembering(intersection);
  const shared = new Map<PathElement, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    const common = other === undefined ? EMPTY_SET : both(child, other);
    if (!isEmptySet(common)) {
      shared.set(element, common);
    }
  }
  return setOf(a.isMember && b.isMember, shared);
}

/** The paths of `a` that are not in `b`; a path stays though `b` has a path above it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) {
    return EMPTY_SET;
  }
  const left = remembering(difference);
  const children = changed(a, b.children, (own, other) => (own === undefined ? undefined : left(own, other)));
  return withChildren(a, a.isMember && !b.isMember, children);
}

/** The same, and what lies below a path of `b` goes too. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  const left = remembering(recursiveDifference);
  const children = changed(a, b.children, (own, other) => {
    if (own === undefined) {
      return undefined;
    }
    return other.isMember ? EMPTY_SET : left(own, other);
  });
  return withChildren(a, a.isMember && !b.isMember, children);
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) {
    return true;
  }
  if (a.isMember !== b.isMember || a.children.size !== b.children.size) {
    return false;
  }
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (other === undefined || !equalSets(child, other)) {
      return false;
    }
  }
  return true;
}

/** Every path of the set, in the order of the tree. */
export function pathsOf(set: FieldSet, above: readonly PathElement[] = []): (readonly PathElement[])[] {
  const own = set.isMember ? [above] : [];
  return [...own, ...[...set.children].flatMap(([element, child]) => pathsOf(child, [...above, element]))];
}
