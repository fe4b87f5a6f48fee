/** An update or JSON patch as managedFields sees it. Source: Update in structured-merge-diff/merge/update.go. */
import { difference, EMPTY_SET, type FieldSet, isEmptySet, union } from '../../values/field-set/field-set.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, KubeObject } from '../../values/object.ts';
import { compare } from '../../values/typed/compare.ts';
import { capUpdaters } from './cap-updaters.ts';
import { createdFields, creatorEntry, entriesKnown, isCreatorsAlone } from './creator.ts';
import { asJson } from './owned-object.ts';
import { fieldsOwnedBy, isSameOwner, type Owner, readOwners, withOwner, writeOwners } from './owners.ts';
import { type Ownership, ownableChanges } from './ownership.ts';

/** Of a client that has no name. Source: buildmanagerinfo.go. */
const UNKNOWN_MANAGER = 'unknown';

export interface Writer {
  readonly manager: string;
  /** RFC 3339. */
  readonly now: string;
}

const updater = ({ apiVersion, subresource }: Ownership, { manager, now }: Writer): Owner => ({
  ...{ manager: manager === '' ? UNKNOWN_MANAGER : manager, operation: 'Update', apiVersion, subresource, time: now },
  fields: EMPTY_SET,
});

export const trackCreate = (ownership: Ownership, writer: Writer): Json[] => [creatorEntry(updater(ownership, writer))];

/** Of a stored object, by what is known; `main` is the ownership of its main resource. */
export function ownersNoted(main: Ownership, object: KubeObject): Owner[] {
  const managedFields = entriesKnown(main, object);
  const owners = readOwners(managedFields) ?? [];
  return isCreatorsAlone(managedFields)
    ? owners.map((owner) => ({ ...owner, fields: createdFields(main, object) }))
    : owners;
}

/** Without what others took, and without what is gone. */
export const disown = (owners: readonly Owner[], taken: FieldSet, removed: FieldSet): Owner[] =>
  owners.map((owner) => ({ ...owner, fields: difference(difference(owner.fields, taken), removed) }));

const isReset = (given: readonly Json[]): boolean =>
  given.length === 1 && isJsonObject(given[0]) && Object.keys(given[0]).length === 0;

/** Who created the object, while nobody else owns anything of it. */
const onlyCreator = (noted: readonly Json[] | undefined): Owner | undefined =>
  isCreatorsAlone(noted) ? readOwners(noted)?.[0] : undefined;

/**
 * What a client sends of the entries counts on the main resource alone. undefined: it sent none, or nonsense, or the
 * creator's as it got it.
 */
function ownersSent({ subresource }: Ownership, given: readonly Json[] | undefined, creator: Owner | undefined) {
  const sent = subresource === '' && !isCreatorsAlone(given) ? (readOwners(given) ?? []) : [];
  const [only] = sent;
  const isCreators = sent.length === 1 && only !== undefined && creator !== undefined && isSameOwner(only, creator);
  return sent.length === 0 || isCreators ? undefined : sent;
}

/**
 * The entries after an update. `given` are those in the request: a client may set them, or give the ownership of all
 * fields up by one empty entry. Who does not know them changes none. `pause` is called between the steps.
 */
export async function trackUpdate(
  [ownership, main]: readonly [Ownership, main: Ownership],
  old: KubeObject,
  object: KubeObject,
  given: readonly Json[] | undefined,
  writer: Writer,
  pause: () => Promise<void>,
): Promise<Json[] | undefined> {
  if (ownership === main && given !== undefined && isReset(given)) {
    return undefined;
  }
  const { managedFields: noted } = old.metadata;
  const creator = onlyCreator(noted);
  const sent = ownersSent(ownership, given, creator);
  if (sent === undefined && noted === undefined) {
    // Who made it was not noted: so it stays until the first apply.
    return undefined;
  }
  const { taken, removed } = ownableChanges(ownership, compare(ownership.shape, asJson(old), asJson(object)));
  const self = updater(ownership, writer);
  if (sent === undefined && creator !== undefined && isSameOwner(creator, self)) {
    return isEmptySet(taken) ? noted : [creatorEntry(self)];
  }
  if (sent === undefined && isEmptySet(taken) && isEmptySet(removed)) {
    return noted;
  }
  await pause();
  const before = sent ?? ownersNoted(main, old);
  await pause();
  const left = disown(before, taken, removed);
  const own = { ...self, fields: union(fieldsOwnedBy(left, self), taken) };
  await pause();
  return writeOwners(isEmptySet(taken) ? left : capUpdaters(withOwner(left, own)));
}
