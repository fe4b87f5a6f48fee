/**
 * A server-side apply on values: the configuration is laid over the live object, what the applier no longer applies and
 * nobody else owns goes, and what others own is a conflict. Source: Apply and prune in structured-merge-diff/merge/update.go.
 */
import { difference, type FieldSet, intersection, isEmptySet, unionOf } from '../../values/field-set/field-set.ts';
import type { JsonObject } from '../../values/object.ts';
import { compare } from '../../values/typed/compare.ts';
import { fieldsOf } from '../../values/typed/fields-of.ts';
import { mergeValues } from '../../values/typed/merge.ts';
import { withNamedMembers } from '../../values/typed/named-members.ts';
import { removeFields } from '../../values/typed/remove-fields.ts';
import type { Shape } from '../../values/typed/shape.ts';
import { fieldsOwnedBy, isSameOwner, type Owner, withOwner } from './owners.ts';
import { type Ownership, ownableChanges } from './ownership.ts';
import { disown } from './updater.ts';

/** What of an apply another one owns. */
export interface FieldConflict {
  readonly owner: Owner;
  readonly fields: FieldSet;
}

export interface Applied {
  readonly object: JsonObject;
  /** As they are once the apply is forced, or has no conflicts. */
  readonly owners: readonly Owner[];
  readonly conflicts: readonly FieldConflict[];
}

/** What an applier owns by its configuration. */
export const appliedFields = ({ shape, ownable }: Ownership, config: JsonObject): FieldSet =>
  ownable(fieldsOf(shape, config));

/** `applier` as it will be written but for its fields. */
export function mergeApplied(
  ownership: Ownership,
  live: JsonObject,
  config: JsonObject,
  owners: readonly Owner[],
  applier: Owner,
): Applied {
  const { shape } = ownership;
  const last = fieldsOwnedBy(owners, applier);
  const self = { ...applier, fields: appliedFields(ownership, config) };
  const merged = mergeValues(shape, live, config) as JsonObject;
  const object = prune(shape, merged, last, withOwner(owners, self));
  const changes = ownableChanges(ownership, compare(shape, live, object));
  const others = owners.filter((owner) => !isSameOwner(owner, applier));
  const left = disown(others, changes.taken, changes.removed);
  const conflicts: FieldConflict[] = [];
  for (const owner of others) {
    const fields = intersection(owner.fields, changes.taken);
    if (!isEmptySet(fields)) {
      conflicts.push({ owner, fields });
    }
  }
  return { object, owners: [...left, self], conflicts };
}

/** What `last` named and no owner names any more goes, and nothing else. */
function prune(shape: Shape, merged: JsonObject, last: FieldSet, owners: readonly Owner[]): JsonObject {
  const allOwned = unionOf(owners.map(({ fields }) => fields));
  // Most applies give up nothing, and the rest takes six walks over the object.
  if (isEmptySet(difference(last, allOwned))) {
    return merged;
  }
  const named = (set: FieldSet): FieldSet => withNamedMembers(shape, set);
  const without = (gone: FieldSet): JsonObject => (removeFields(shape, merged, gone) ?? {}) as JsonObject;
  const fieldsIn = (object: JsonObject): FieldSet => named(fieldsOf(shape, object));
  const all = fieldsIn(merged);
  const owned = named(allOwned);
  // First all that was applied, with all that lies below; then back what somebody owns; then what nobody ever did.
  const bareObject = without(named(last));
  const bare = fieldsIn(bareObject);
  const withoutUnowned = without(difference(difference(all, bare), owned));
  const withOwned = fieldsIn(withoutUnowned);
  return without(intersection(difference(all, withOwned), named(last)));
}
