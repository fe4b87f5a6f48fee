/** A write as Postgres will hold it, so that what is published from memory equals what the change log says. */
import { cleanRecord, cleanText } from '../clean-text.ts';
import type { DueRef, Write } from '../object-store.ts';

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
    ...(write.claims === undefined ? {} : { claims: write.claims.map(cleanText) }),
    ...(write.due === undefined ? {} : { due: write.due.map(cleanDue) }),
  };
}

function cleanDue(due: DueRef): DueRef {
  const [shard, key] = [cleanText(due.shard), cleanText(due.key)];
  return shard === due.shard && key === due.key ? due : { ...due, shard, key };
}
