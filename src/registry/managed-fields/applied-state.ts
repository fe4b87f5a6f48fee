/** What an apply makes of an object and of its entries: all that is worked out of it before it is written. */
import { EMPTY_SET, equalSets } from '../../values/field-set/field-set.ts';
import type { Json, JsonObject, KubeObject } from '../../values/object.ts';
import { cloneJson } from '../clone-json.ts';
import type { Kind } from '../context.ts';
import { applyConflict } from './conflict-error.ts';
import { createdFields } from './creator.ts';
import { refreshLastApplied, unresolvedConflicts } from './last-applied.ts';
import { appliedFields, mergeApplied } from './merge-applied.ts';
import { asJson } from './owned-object.ts';
import { fieldsOwnedBy, isSameOwner, type Owner, writeOwners } from './owners.ts';
import { type Ownership, ownershipOf } from './ownership.ts';
import { ownersNoted } from './whole-entries.ts';

export interface ApplyRequest {
  readonly manager: string;
  /** '' for the main resource. */
  readonly subresource: string;
  readonly force: boolean;
  /** RFC 3339. */
  readonly now: string;
}

export interface AppliedState {
  readonly object: JsonObject;
  /** With the applier's as of now. */
  readonly entries: () => Json[] | undefined;
  /** Whether the applier owns what it owned before. */
  readonly isSameSet: boolean;
}

/** Owns all of an object that nobody's ownership was noted of. Source: managedfields/fieldmanager.go. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

const applierOf = ({ apiVersion, subresource }: Ownership, manager: string): Owner => ({
  ...{ manager, operation: 'Apply', apiVersion, subresource, time: undefined },
  fields: EMPTY_SET,
});

/** Without what is a condition of the write and no wish. */
function wishOf(config: KubeObject): JsonObject {
  const { uid: _, resourceVersion: __, ...metadata } = config.metadata;
  return { ...asJson(config), metadata: metadata as JsonObject };
}

/** Owners of the live object; all its fields have one where none was noted but of its status. */
function ownersOf(main: Ownership, live: KubeObject): readonly Owner[] {
  const noted = ownersNoted(main, live);
  if (noted.some(({ subresource }) => subresource !== 'status')) {
    return noted;
  }
  const { apiVersion } = main;
  const unnoted: Owner = {
    ...{ manager: BEFORE_FIRST_APPLY, operation: 'Update', apiVersion, subresource: '', time: undefined },
    fields: createdFields(main, live),
  };
  return [...noted, unnoted];
}

/** Nobody owns the name: it would go with the last field of the metadata that anybody owns. */
function withName(object: JsonObject, { metadata: { name = '', namespace } }: KubeObject): JsonObject {
  const metadata = { ...(object['metadata'] as JsonObject | undefined), name };
  return { ...object, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
}

/** Of an object that the configuration makes. */
export function stateOfNew(kind: Kind, config: KubeObject, { manager, now }: ApplyRequest): AppliedState {
  const ownership = ownershipOf(kind, '');
  const wish = wishOf(config);
  const entries = () =>
    writeOwners([{ ...applierOf(ownership, manager), time: now, fields: appliedFields(ownership, wish) }]);
  return { object: cloneJson(wish), entries, isSameSet: false };
}

/** `live` is the caller's own copy. Throws Conflict. */
export function stateOver(kind: Kind, live: KubeObject, config: KubeObject, request: ApplyRequest): AppliedState {
  const { manager, subresource, force, now } = request;
  const ownership = ownershipOf(kind, subresource);
  const before = ownersOf(ownershipOf(kind, ''), live);
  delete live.metadata.managedFields;
  const applier = applierOf(ownership, manager);
  const applied = mergeApplied(ownership, asJson(live), wishOf(config), before, applier);
  const left = force ? [] : unresolvedConflicts(ownership, asJson(live), manager, applied.conflicts);
  if (left.length > 0) {
    throw applyConflict(left);
  }
  const object = withName(cloneJson(applied.object), live);
  refreshLastApplied(object, config, manager);
  const { owners } = applied;
  const previous = before.find((owner) => isSameOwner(owner, applier));
  return {
    object,
    entries: () => writeOwners(owners.map((each) => (isSameOwner(each, applier) ? { ...each, time: now } : each))),
    isSameSet:
      previous !== undefined &&
      equalSets(previous.fields, fieldsOwnedBy(owners, applier)) &&
      previous.apiVersion === applier.apiVersion,
  };
}
