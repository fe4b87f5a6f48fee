/** An accepted write as the change log and the feed tell it. */
import type { Change, Write } from '../object-store.ts';

export const CHANGE_TYPES = { create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const;

type Texts = Readonly<Record<string, string>>;
type State = Pick<Write, 'labels' | 'fields'>;

function sameRecord(a: Texts, b: Texts): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Labels and fields before an update, if it changed them. */
export function previousOf(before: State, after: State): Pick<Change, 'previous'> {
  const { labels, fields } = before;
  const isSame = sameRecord(labels, after.labels) && sameRecord(fields, after.fields);
  return isSame ? {} : { previous: { labels, fields } };
}

export function toChange(write: Write, revision: number): Change {
  const { resource, namespace, name, uid, labels, fields, body } = write;
  const object = { resource, namespace, name, uid, revision, labels, fields, body };
  return {
    revision,
    type: CHANGE_TYPES[write.op],
    object,
    ...(write.op === 'update' && previousOf(write.expected, write)),
  };
}
