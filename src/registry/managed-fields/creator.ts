/**
 * The entry of who created an object, as long as nobody else has owned anything of it: it owns all that is set, so its
 * fields are not stored. For a pod of 2.5 KB they would be as much again, in its row, in the log and in every event.
 * Whoever gets the object is told them; in lists and events the entry has no `fieldsV1`.
 */
import { encodeBody } from '../../storage/stored-object.ts';
import type { FieldSet } from '../../values/field-set/field-set.ts';
import { parseOwnFieldsV1 } from '../../values/field-set/fields-v1.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject, KubeObject, OwnerReference } from '../../values/object.ts';
import { createdFieldsText } from '../../values/typed/fields-text.ts';
import { asJson } from './owned-object.ts';
import type { Owner } from './owners.ts';
import type { Ownership } from './ownership.ts';

/** How the entry ends in a stored body. Quotes within texts are escaped, so that no text looks like it. */
const ENTRY_END = '"fieldsType":"FieldsV1"}]';

export const creatorEntry = ({ manager, apiVersion, time }: Omit<Owner, 'fields'>): JsonObject => ({
  ...{ manager, operation: 'Update', apiVersion },
  ...(time === undefined ? {} : { time }),
  fieldsType: 'FieldsV1',
});

/** Who changes specs and metadata for the control plane. */
export const CONTROLLERS = 'kube-controller-manager';
/** Who else makes things for an owner: a node its static pods' mirrors, controllers of our own kinds what is theirs. */
const OTHER_MAKERS: readonly (readonly [manager: string, isOwner: (owner: OwnerReference) => boolean])[] = [
  ['kubelet', ({ kind }) => kind === 'Node'],
  ['flotilla', ({ apiVersion }) => apiVersion.startsWith('fleet.flotilla.dev/')],
];

const makerFor = (owner: OwnerReference): string =>
  OTHER_MAKERS.find(([, isOwner]) => isOwner(owner))?.[0] ?? CONTROLLERS;

/** As noted, or of what was made for an owner, which is not noted: who made it. */
export function entriesKnown({ apiVersion }: Ownership, { metadata }: KubeObject): Json[] | undefined {
  const { managedFields, ownerReferences = [], creationTimestamp: time } = metadata;
  const owner = managedFields === undefined ? ownerReferences.find(({ controller }) => controller === true) : undefined;
  return owner === undefined
    ? managedFields
    : [creatorEntry({ manager: makerFor(owner), operation: 'Update', apiVersion, subresource: '', time })];
}

/** Whether there is such an entry, and no other. */
export function isCreatorsAlone(entries: readonly Json[] | undefined): entries is readonly [JsonObject] {
  const [entry] = entries ?? [];
  return entries?.length === 1 && isJsonObject(entry) && 'manager' in entry && !('fieldsV1' in entry);
}

const createdText = ({ shape, empty, notCreated }: Ownership, object: KubeObject): string =>
  createdFieldsText(shape, asJson(object), empty, notCreated);

export const createdFields = (ownership: Ownership, object: KubeObject): FieldSet =>
  parseOwnFieldsV1(JSON.parse(createdText(ownership, object)) as Json);

/** `object` is that of the body. */
function tellFields(ownership: Ownership, object: KubeObject, body: string): string {
  const end = body.indexOf(ENTRY_END) + ENTRY_END.length - 2;
  return `${body.slice(0, end)},"fieldsV1":${createdText(ownership, object)}${body.slice(end)}`;
}

/** Of all that is made for an owner. */
const OWNED = '"controller":true';

/** A stored body with the fields of its creator, and with the creator where that is known and not noted. */
export function withCreatorsFields(ownership: () => Ownership, body: string): string {
  if (!body.includes(ENTRY_END)) {
    return body.includes(OWNED) ? withMaker(ownership, body) : body;
  }
  const object = JSON.parse(body) as KubeObject;
  return isCreatorsAlone(object.metadata.managedFields) ? tellFields(ownership(), object, body) : body;
}

function withMaker(ownership: () => Ownership, body: string): string {
  const object = JSON.parse(body) as KubeObject;
  const { metadata } = object;
  const managedFields = entriesKnown(ownership(), object);
  return managedFields === undefined || managedFields === metadata.managedFields
    ? body
    : tellFields(ownership(), object, encodeBody({ ...object, metadata: { ...metadata, managedFields } }));
}
