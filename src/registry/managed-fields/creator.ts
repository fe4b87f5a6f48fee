/**
 * The entry of who created an object, as long as nobody else has owned anything of it: it owns all that is set, so its
 * fields are not stored. For a pod of 2.5 KB they would be as much again, in its row, in the log and in every event.
 * Whoever gets the object is told them; in lists and events the entry has no `fieldsV1`.
 */
import type { FieldSet } from '../../values/field-set/field-set.ts';
import { parseOwnFieldsV1 } from '../../values/field-set/fields-v1.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject, KubeObject } from '../../values/object.ts';
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

/** Whether there is such an entry, and no other. */
export function isCreatorsAlone(entries: readonly Json[] | undefined): entries is readonly [JsonObject] {
  const [entry] = entries ?? [];
  return entries?.length === 1 && isJsonObject(entry) && 'manager' in entry && !('fieldsV1' in entry);
}

const createdText = ({ shape, empty, notCreated }: Ownership, object: KubeObject): string =>
  createdFieldsText(shape, asJson(object), empty, notCreated);

export const createdFields = (ownership: Ownership, object: KubeObject): FieldSet =>
  parseOwnFieldsV1(JSON.parse(createdText(ownership, object)) as Json);

/** A stored body with the fields of its creator. */
export function withCreatorsFields(ownership: () => Ownership, body: string): string {
  const at = body.indexOf(ENTRY_END);
  if (at < 0) {
    return body;
  }
  const object = JSON.parse(body) as KubeObject;
  if (!isCreatorsAlone(object.metadata.managedFields)) {
    return body;
  }
  const end = at + ENTRY_END.length - 2;
  return `${body.slice(0, end)},"fieldsV1":${createdText(ownership(), object)}${body.slice(end)}`;
}
