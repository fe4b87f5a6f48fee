/** What can be owned of a kind through its main resource or a subresource. Source: resetFields, stripmeta.go. */
import { emptyObject, shapeOf } from '../../resources/typed-shape.ts';
import {
  EMPTY_SET,
  type FieldSet,
  fieldSet,
  type PathElement,
  recursiveDifference,
  setOfPath,
  union,
  unionOf,
} from '../../values/field-set/field-set.ts';
import { fieldElement } from '../../values/field-set/path-element.ts';
import type { JsonObject } from '../../values/object.ts';
import type { Comparison } from '../../values/typed/compare.ts';
import type { Shape } from '../../values/typed/shape.ts';
import type { Kind } from '../context.ts';
import { reporterOf } from './components.ts';

export interface Ownership {
  readonly shape: Shape;
  readonly apiVersion: string;
  /** '' for the main resource. */
  readonly subresource: string;
  /** Whether entries that can be told from the object are stored short. */
  readonly isShort: boolean;
  /** The object of which nothing is set. */
  readonly empty: JsonObject;
  /** What who creates an object does not own, though it be set by now. */
  readonly notCreated: FieldSet;
  /** Who reports its status as a whole. */
  readonly reporter: string;
  /** What the reporter does not own of the status: the system set it. */
  readonly notReported: FieldSet;
  /** Of a set of fields, those that a write through this resource may own. */
  readonly ownable: (fields: FieldSet) => FieldSet;
}

const SERVER_METADATA = [
  ...['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink', 'managedFields'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds'],
];
/** Items of lists are named as in FieldsV1. */
const elementOf = (name: string): PathElement => (name.startsWith('k:') ? name : fieldElement(name));
const setOfDotted = (path: string | readonly string[]): FieldSet =>
  setOfPath((typeof path === 'string' ? path.split('.') : path).map(elementOf));
const NEVER_OWNED = unionOf(
  ['apiVersion', 'kind', ...SERVER_METADATA.map((name) => `metadata.${name}`)].map(setOfDotted),
);
const METADATA = fieldElement('metadata');
const STATUS = fieldElement('status');
const NEVER_OWNED_BESIDE_STATUS = union(NEVER_OWNED, setOfPath([STATUS]));

/** Metadata as a whole belongs to nobody. */
const withoutMetadataItself = ({ children }: FieldSet): FieldSet =>
  fieldSet(
    false,
    [...children].map(([element, child]) => [element, element === METADATA ? fieldSet(false, child.children) : child]),
  );

/** Status and metadata. */
const besideTheRest = ({ children }: FieldSet): FieldSet =>
  fieldSet(
    false,
    [STATUS, METADATA].map((element) => [element, children.get(element) ?? EMPTY_SET]),
  );

/** A pure function of the kind, and a twentieth of a create where it was worked out for each. */
const known = new WeakMap<Kind, Map<string, Ownership>>();

export function ownershipOf(kind: Kind, subresource: string): Ownership {
  const ofKind = known.get(kind) ?? new Map<string, Ownership>();
  known.set(kind, ofKind);
  const ownership = ofKind.get(subresource) ?? newOwnership(kind, subresource);
  ofKind.set(subresource, ownership);
  return ownership;
}

function newOwnership({ definition, apiVersion }: Kind, subresource: string): Ownership {
  const { subresources, assignedFields = [], shortOwnership: isShort = false } = definition;
  const kept = (subresources.statusKeeps ?? []).map((field) => setOfDotted(`metadata.${field}`));
  const statusNever = unionOf([NEVER_OWNED, ...kept]);
  const never = subresources.status === true ? NEVER_OWNED_BESIDE_STATUS : NEVER_OWNED;
  const assigned = unionOf(assignedFields.map(setOfDotted));
  return {
    ...{ shape: shapeOf(definition), apiVersion, subresource, isShort, empty: emptyObject(definition) },
    notCreated: union(never, assigned),
    ...{ reporter: reporterOf(definition), notReported: assigned },
    ownable:
      subresource === 'status'
        ? (fields) => withoutMetadataItself(recursiveDifference(besideTheRest(fields), statusNever))
        : (fields) => withoutMetadataItself(recursiveDifference(fields, never)),
  };
}

export const ownableChanges = (
  { ownable }: Ownership,
  { added, modified, removed }: Comparison,
): { readonly taken: FieldSet; readonly removed: FieldSet } => ({
  taken: ownable(union(added, modified)),
  removed: ownable(removed),
});
