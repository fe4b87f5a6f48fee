/** A write as Postgres will hold it, so that what is published from memory equals what the change log says. */
import { cleanOwnerUid, cleanRecord, cleanText } from '../clean-text.ts';
import type { DueRef, Write } from '../object-store.ts';

export function normalizeWrite(write: Write): Write {
  return {
    ...write,
    namespace: cleanText(write.namespace),
    name: cleanText(write.name),
    uid: cleanText(write.uid),
    labels: cleanRecord(write.labels),
    fields: cleanRecord(write.fields),
    ownerUids: write.ownerUids.map(cleanOwnerUid),
    controllerUid: cleanOwnerUid(write.controllerUid),
    ...(write.claims === undefined ? {} : { claims: write.claims.map(cleanText) }),
    ...(write.due === undefined ? {} : { due: write.due.map(cleanDue) }),
  };
}

/**
 * Bytes of a key that an index can hold. One that is longer names what an object claims to belong to, and what cannot
 * be there under such a name: cut, it is a key under which nothing is found.
 */
const LONGEST_KEY = 2_500;
const CUT_KEY = 800;

function cleanDue(due: DueRef): DueRef {
  const isLong = due.key.length > CUT_KEY && Buffer.byteLength(due.key) > LONGEST_KEY;
  const [shard, key] = [cleanText(due.shard), cleanText(isLong ? due.key.slice(0, CUT_KEY) : due.key)];
  return shard === due.shard && key === due.key ? due : { ...due, shard, key };
}
