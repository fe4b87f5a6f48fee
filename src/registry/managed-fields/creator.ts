/**
 * The entry of who created an object, of short kinds short as long as nobody else has owned anything of it but its
 * status: it owns all that is set.
 */
import type { FieldSet } from '../../values/field-set/field-set.ts';
import { parseOwnFieldsV1 } from '../../values/field-set/fields-v1.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject, KubeObject, ObjectMeta, OwnerReference } from '../../values/object.ts';
import { createdFieldsText } from '../../values/typed/fields-text.ts';
import { CONTROLLERS, FLOTILLA, isOwnGroup } from './components.ts';
import { asJson } from './owned-object.ts';
import type { Owner } from './owners.ts';
import type { Ownership } from './ownership.ts';
import { isOfStatus, isShort, NOTHING, shortEntry } from './short-entries.ts';

/** Who else makes things for an owner: a node its static pods' mirrors, controllers of our own kinds what is theirs. */
const OTHER_MAKERS: readonly (readonly [manager: string, isOwner: (owner: OwnerReference) => boolean])[] = [
  ['kubelet', ({ kind }) => kind === 'Node'],
  [FLOTILLA, ({ apiVersion }) => isOwnGroup(apiVersion.slice(0, apiVersion.indexOf('/')))],
];

const makerFor = (owner: OwnerReference): string =>
  OTHER_MAKERS.find(([, isOwner]) => isOwner(owner))?.[0] ?? CONTROLLERS;

/** undefined: it was not made for an owner. */
export function makerOf({ ownerReferences = [] }: ObjectMeta): string | undefined {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  return owner && makerFor(owner);
}

/** Whether anybody is noted who owns of more than the status. */
export const isMainNoted = (entries: readonly Json[] = []): boolean => entries.some((entry) => !isOfStatus(entry));

/** As noted, and of short kinds who made what was made for an owner. Of others that was noted, unless it was given up. */
export function entriesKnown(main: Ownership, { metadata }: KubeObject): Json[] | undefined {
  const { managedFields, creationTimestamp: time } = metadata;
  const manager = !main.isShort || isMainNoted(managedFields) ? undefined : makerOf(metadata);
  if (manager === undefined) {
    return managedFields;
  }
  const maker = { manager, operation: 'Update', apiVersion: main.apiVersion, subresource: '', time } as const;
  return [shortEntry(maker), ...(managedFields ?? [])];
}

export const isCreators = (entry: Json): boolean => isShort(entry) && !isOfStatus(entry);

/** Characters. Longer fields would hold the thread with every read and write of the object: of 49,000 keys for 100 ms. */
const LONG_FIELDS = 100_000;

/** Of `self`, who owns all that is set of `object`; undefined: nothing is. */
export function creatorsEntry(main: Ownership, object: KubeObject, self: Owner): JsonObject | undefined {
  const entry = shortEntry(self);
  if (main.isShort) {
    return entry;
  }
  const text = createdText(main, object);
  if (text === NOTHING) {
    return undefined;
  }
  return text.length > LONG_FIELDS ? entry : { ...entry, fieldsV1: JSON.parse(text) as Json };
}

const isWholeUpdaters = (entry: Json | undefined): entry is JsonObject =>
  isJsonObject(entry) &&
  entry['fieldsV1'] !== undefined &&
  entry['operation'] === 'Update' &&
  entry['subresource'] === undefined;

/** The entries of an object whose one owner owns all that is set: without the fields, where those are long. */
export function shortenLong(main: Ownership, object: KubeObject, entries: Json[] | undefined): Json[] | undefined {
  const [own, ...others] = entries?.filter((entry) => !isOfStatus(entry)) ?? [];
  if (!isWholeUpdaters(own) || others.length > 0) {
    return entries;
  }
  const { fieldsV1, ...short } = own;
  const text = JSON.stringify(fieldsV1);
  const isTold = text.length > LONG_FIELDS && text === createdText(main, object);
  return isTold ? entries?.map((entry) => (entry === own ? short : entry)) : entries;
}

export const createdText = ({ shape, empty, notCreated }: Ownership, object: KubeObject): string =>
  createdFieldsText(shape, asJson(object), empty, notCreated);

export const createdFields = (ownership: Ownership, object: KubeObject): FieldSet =>
  parseOwnFieldsV1(JSON.parse(createdText(ownership, object)) as Json);
