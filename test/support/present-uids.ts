/** Which of `uids` some of `rows` have: what fakes of the store and of the registry answer to `existingUids`. */
export function presentUids(rows: Iterable<{ readonly uid: string }>, uids: readonly string[]): Set<string> {
  const all = new Set(Array.from(rows, ({ uid }) => uid));
  return new Set(uids.filter((uid) => all.has(uid)));
}
