/** A write as Postgres will hold it, so that what is published from memory equals what the change log says. */
import { cleanRecord, cleanText } from '../clean-text.ts';
import type { Change, Write } from '../object-store.ts';
import type { AcceptedWrite } from './decide-writes.ts';

export function normalizeWrite(write: Write): Write {
  return {
    ...write,
    namespace: cleanText(write.namespace),
    name: cleanText(write.name),
    uid: cleanText(write.uid),
    labels: cleanRecord(write.labels),
    fields: cleanRecord(write.fields),
    ownerUids: write.ownerUids.map(cleanText),
    controllerUid: cleanText(write.controllerUid),
    ...(write.due === undefined
      ? {}
      : { due: write.due.map((due) => ({ ...due, shard: cleanText(due.shard), key: cleanText(due.key) })) }),
  };
}

const sameRecord = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
};

export function toChange({ write, type, revision }: AcceptedWrite): Change {
  const { resource, namespace, name, uid, labels, fields, body } = write;
  const object = { resource, namespace, name, uid, revision, labels, fields, body };
  if (write.op !== 'update') {
    return { revision, type, object };
  }
  const previous = { labels: write.expected.labels, fields: write.expected.fields };
  const isSame = sameRecord(previous.labels, labels) && sameRecord(previous.fields, fields);
  return isSame ? { revision, type, object } : { revision, type, object, previous };
}
