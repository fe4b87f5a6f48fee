/** An accepted write as the change log and the feed tell it. */
import type { Change, Write } from '../object-store.ts';

export const CHANGE_TYPES = { create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const;

type Texts = Readonly<Record<string, string>>;

function sameRecord(a: Texts, b: Texts): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Labels and fields before an update that changes them. */
export function previousOf(write: Write): Change['previous'] {
  if (write.op !== 'update') {
    return undefined;
  }
  const { labels, fields } = write.expected;
  return sameRecord(labels, write.labels) && sameRecord(fields, write.fields) ? undefined : { labels, fields };
}

export function toChange(write: Write, revision: number): Change {
  const { resource, namespace, name, uid, labels, fields, body } = write;
  const object = { resource, namespace, name, uid, revision, labels, fields, body };
  const previous = previousOf(write);
  return { revision, type: CHANGE_TYPES[write.op], object, ...(previous === undefined ? {} : { previous }) };
}
