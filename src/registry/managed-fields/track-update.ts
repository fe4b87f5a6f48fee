/** A create, an update or a JSON patch as managedFields sees it. Source: Update in structured-merge-diff/merge/update.go. */
import { equalSets, isEmptySet, union } from '../../values/field-set/field-set.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, KubeObject } from '../../values/object.ts';
import { compare } from '../../values/typed/compare.ts';
import type { Kind } from '../context.ts';
import { capUpdaters } from './cap-updaters.ts';
import { creatorsEntry, entriesKnown, isCreators, isMainNoted, shortenLong } from './creator.ts';
import { asJson } from './owned-object.ts';
import { fieldsOwnedBy, isSameOwner, type Owner, readOwners, withOwner, writeOwners } from './owners.ts';
import { type Ownership, ownableChanges, ownershipOf } from './ownership.ts';
import { isShort } from './short-entries.ts';
import { disown, updater, type Writer } from './updater.ts';
import { ownersNoted } from './whole-entries.ts';

/** undefined: there is nothing to own. */
export function trackCreate(main: Ownership, object: KubeObject, writer: Writer): Json[] | undefined {
  const entry = creatorsEntry(main, object, updater(main, writer));
  return entry && [entry];
}

const isReset = (given: readonly Json[]): boolean =>
  given.length === 1 && isJsonObject(given[0]) && Object.keys(given[0]).length === 0;

const has = (owners: readonly Owner[], owner: Owner): boolean => owners.some((each) => isSameOwner(each, owner));

/**
 * What a client sends of the entries counts on the main resource alone. undefined: it sent none, or nonsense, or those
 * that it got. An entry without fields was read in a list, short: it stands for what is known of that owner.
 */
function ownersSent(main: Ownership, old: KubeObject, given: readonly Json[] | undefined): Owner[] | undefined {
  const { managedFields: noted = [] } = old.metadata;
  const sent = readOwners(given) ?? [];
  const known = readOwners(noted) ?? [];
  const short = readOwners(noted.filter(isShort)) ?? [];
  const isUntold = (owner: Owner): boolean => isEmptySet(owner.fields) && has(known, owner);
  const isAsKnown = (owner: Owner): boolean =>
    isUntold(owner) || has(short, owner) || equalSets(owner.fields, fieldsOwnedBy(known, owner));
  if (sent.length === 0 || (sent.length === known.length && sent.every(isAsKnown))) {
    return undefined;
  }
  const whole = sent.some(isUntold) ? ownersNoted(main, old) : [];
  return sent.map((owner) => (isUntold(owner) ? { ...owner, fields: fieldsOwnedBy(whole, owner) } : owner));
}

/** `self` as it is noted, where it alone owns all that is set; undefined also where others' entries are to become whole. */
function soleOwner(main: Ownership, noted: readonly Json[] = [], self: Owner): Owner | undefined {
  const [creator] = readOwners(noted.filter(isCreators)) ?? [];
  const isSole = creator !== undefined && isSameOwner(creator, self);
  return isSole && (main.isShort || noted.filter(isShort).length === 1) ? creator : undefined;
}

/**
 * The entries after an update. `given` are those in the request: a client may set them, or give the ownership of all
 * fields up by one empty entry. Who does not know them changes none.
 */
function trackUpdate(
  [ownership, main]: readonly [Ownership, main: Ownership],
  { old, object, given }: Omit<Update, 'subresource'>,
  writer: Writer,
): Json[] | undefined {
  const isMain = ownership.subresource === '';
  if (isMain && given !== undefined && isReset(given)) {
    return undefined;
  }
  const { managedFields: noted } = old.metadata;
  const sent = isMain ? ownersSent(main, old, given) : undefined;
  if (sent === undefined && (noted === undefined || (isMain && !isMainNoted(noted)))) {
    // Who made it was not noted: so it stays until the first apply.
    return noted;
  }
  const { taken, removed } = ownableChanges(ownership, compare(ownership.shape, asJson(old), asJson(object)));
  const self = updater(ownership, writer);
  const sole = sent === undefined ? soleOwner(main, noted, self) : undefined;
  if (sent === undefined && isEmptySet(taken) && (isEmptySet(removed) || (sole !== undefined && main.isShort))) {
    return noted;
  }
  if (sole !== undefined) {
    const own = creatorsEntry(main, object, isEmptySet(taken) ? sole : self);
    const entries = [...(noted?.filter((entry) => !isCreators(entry)) ?? []), ...(own === undefined ? [] : [own])];
    return entries.length === 0 ? undefined : entries;
  }
  const before = sent ?? ownersNoted(main, old);
  const left = disown(before, taken, removed);
  const own = { ...self, fields: union(fieldsOwnedBy(left, self), taken) };
  const entries = writeOwners(isEmptySet(taken) ? left : capUpdaters(withOwner(left, own)));
  return shortenLong(main, object, entries);
}

/** Of what is written, and through which resource. */
export interface Update {
  readonly subresource: string;
  readonly old: KubeObject;
  readonly object: KubeObject;
  readonly given: readonly Json[] | undefined;
}

/** Those of `old` themselves where they stay. `isClient`: not one of our own components. */
export function entriesOfUpdate(
  kind: Kind,
  { subresource, old, object, given }: Update,
  writer: Writer,
  isClient: boolean,
): Json[] | undefined {
  const { managedFields: noted } = old.metadata;
  const main = ownershipOf(kind, '');
  // What controllers do to what controllers made changes nothing of whose it is.
  const known = isClient ? entriesKnown(main, old) : noted;
  if (known === undefined && given === undefined) {
    return undefined;
  }
  const ownership = subresource === '' ? main : ownershipOf(kind, subresource);
  const before = known === noted ? old : { ...old, metadata: { ...old.metadata, managedFields: known ?? [] } };
  const entries = trackUpdate([ownership, main], { old: before, object, given }, writer);
  return entries === before.metadata.managedFields ? noted : entries;
}
