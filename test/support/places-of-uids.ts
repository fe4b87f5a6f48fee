import type { ObjectPlace } from '../../src/storage/object-store.ts';

/** Where those of `uids` are that some of `rows` have: what fakes of the store and of the registry answer to `locate`. */
export function placesOfUids(
  rows: Iterable<ObjectPlace & { readonly uid: string }>,
  uids: readonly string[],
): Map<string, ObjectPlace> {
  const asked = new Set(uids);
  const found = [...rows].filter(({ uid }) => asked.has(uid));
  return new Map(found.map(({ uid, resource, namespace, name }) => [uid, { resource, namespace, name }]));
}
