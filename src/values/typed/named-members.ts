/**
 * A set with the structs' fields on the way to each of its paths: who owns something in a struct keeps the struct.
 * Source: EnsureNamedFieldsAreMembers in structured-merge-diff/fieldpath/set.go.
 */
import { asMember, type FieldSet, fieldSet, isEmptySet, type PathElement } from '../field-set/field-set.ts';
import type { Shape } from './shape.ts';

export function withNamedMembers(shape: Shape, { isMember, children }: FieldSet): FieldSet {
  const entries = [...children].map(([element, child]): [PathElement, FieldSet] => {
    const [below, isNamed] = descend(shape, element);
    const full = below === undefined ? child : withNamedMembers(below, child);
    return [element, isNamed && !isEmptySet(full) ? asMember(full) : full];
  });
  return fieldSet(isMember, entries);
}

function descend(shape: Shape, element: PathElement): [below: Shape | undefined, isNamed: boolean] {
  if (shape.type === 'map' && element.startsWith('f:')) {
    const name = element.slice(2);
    return [shape.field(name), shape.isNamed(name)];
  }
  return [shape.type === 'list' ? shape.item : undefined, false];
}
