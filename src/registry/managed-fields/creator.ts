/**
 * The entry of who created an object, short as long as nobody else has owned anything of it but its status: it owns all
 * that is set.
 */
import type { FieldSet } from '../../values/field-set/field-set.ts';
import { parseOwnFieldsV1 } from '../../values/field-set/fields-v1.ts';
import type { Json, KubeObject, OwnerReference } from '../../values/object.ts';
import { createdFieldsText } from '../../values/typed/fields-text.ts';
import { CONTROLLERS, FLOTILLA, isOwnGroup } from './components.ts';
import { asJson } from './owned-object.ts';
import type { Ownership } from './ownership.ts';
import { isOfStatus, isShort, shortEntry } from './short-entries.ts';

/** Who else makes things for an owner: a node its static pods' mirrors, controllers of our own kinds what is theirs. */
const OTHER_MAKERS: readonly (readonly [manager: string, isOwner: (owner: OwnerReference) => boolean])[] = [
  ['kubelet', ({ kind }) => kind === 'Node'],
  [FLOTILLA, ({ apiVersion }) => isOwnGroup(apiVersion.slice(0, apiVersion.indexOf('/')))],
];

const makerFor = (owner: OwnerReference): string =>
  OTHER_MAKERS.find(([, isOwner]) => isOwner(owner))?.[0] ?? CONTROLLERS;

/** Whether anybody is noted who owns of more than the status. */
export const isMainNoted = (entries: readonly Json[] = []): boolean => entries.some((entry) => !isOfStatus(entry));

/** As noted, and of what was made for an owner, which is not noted, who made it. */
export function entriesKnown({ apiVersion }: Ownership, { metadata }: KubeObject): Json[] | undefined {
  const { managedFields, ownerReferences = [], creationTimestamp: time } = metadata;
  const owner = isMainNoted(managedFields) ? undefined : ownerReferences.find(({ controller }) => controller === true);
  if (owner === undefined) {
    return managedFields;
  }
  const maker = { manager: makerFor(owner), operation: 'Update', apiVersion, subresource: '', time } as const;
  return [shortEntry(maker), ...(managedFields ?? [])];
}

export const isCreators = (entry: Json): boolean => isShort(entry) && !isOfStatus(entry);

export const createdText = ({ shape, empty, notCreated }: Ownership, object: KubeObject): string =>
  createdFieldsText(shape, asJson(object), empty, notCreated);

export const createdFields = (ownership: Ownership, object: KubeObject): FieldSet =>
  parseOwnFieldsV1(JSON.parse(createdText(ownership, object)) as Json);
