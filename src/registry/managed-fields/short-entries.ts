/**
 * Entries without `fieldsV1`, for what can be told from the object whenever somebody asks: its creator's (creator.ts)
 * and its status reporter's (reporter.ts), of kinds with `shortOwnership`. Written out, the two are as long as the object
 * itself, in its row, in the log and in every event. Whoever gets the object is told their fields; lists and events show
 * them as they are stored.
 */
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject } from '../../values/object.ts';
import type { Owner } from './owners.ts';

/** No fields, as text. */
export const NOTHING = '{}';

export const shortEntry = ({ manager, apiVersion, subresource, time }: Omit<Owner, 'fields'>): JsonObject => ({
  ...{ manager, operation: 'Update', apiVersion },
  ...(time === undefined ? {} : { time }),
  fieldsType: 'FieldsV1',
  ...(subresource === '' ? {} : { subresource }),
});

export const isShort = (entry: Json): entry is JsonObject =>
  isJsonObject(entry) && 'manager' in entry && !('fieldsV1' in entry);

export const isOfStatus = (entry: Json): boolean => isJsonObject(entry) && entry['subresource'] === 'status';

/** How such entries end, or go on, in a stored body. Quotes within texts are escaped, so that no text looks like it. */
const SHORT_FORMS = ['"fieldsType":"FieldsV1"}', '"fieldsType":"FieldsV1","subresource"'];

export const mayHaveShort = (body: string): boolean => SHORT_FORMS.some((form) => body.includes(form));

/** The entry with its fields, given as text. */
export function entryText({ subresource, ...entry }: JsonObject, fields: string): string {
  const end = subresource === undefined ? '' : `,"subresource":${JSON.stringify(subresource)}`;
  return `${JSON.stringify(entry).slice(0, -1)},"fieldsV1":${fields}${end}}`;
}

export const METADATA = '"metadata":{';
const MEMBER = '"managedFields":';

/**
 * A body whose entries are `before` with others, given as text, or with none: without parsing it, and without rendering
 * it again.
 */
export function replaceEntries(body: string, before: readonly Json[] | undefined, after: string | undefined): string {
  const old = before === undefined ? '' : `${MEMBER}${JSON.stringify(before)}`;
  const metadata = body.indexOf(METADATA) + METADATA.length;
  const at = old === '' ? metadata : body.indexOf(old, metadata);
  if (at < metadata) {
    throw new Error('the body has other entries in managedFields than its object');
  }
  if (after === undefined) {
    return withoutMember(body, at, at + old.length);
  }
  const separator = old === '' ? ',' : '';
  return `${body.slice(0, at)}${MEMBER}${after}${separator}${body.slice(at + old.length)}`;
}

/** Metadata always has others, before it or after it. */
function withoutMember(body: string, start: number, end: number): string {
  if (start === end) {
    return body;
  }
  return body[end] === ','
    ? `${body.slice(0, start)}${body.slice(end + 1)}`
    : `${body.slice(0, start - 1)}${body.slice(end)}`;
}
