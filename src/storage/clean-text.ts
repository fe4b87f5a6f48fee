/**
 * Text that Postgres can hold: NUL is refused by text and jsonb, lone surrogates by jsonb. Both become U+FFFD, which
 * no valid name contains: a look-up of such a name finds nothing instead of failing. Bodies need none of it, since
 * JSON.stringify escapes both.
 */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

export const cleanText = (text: string): string => text.replace(UNSTORABLE, '\ufffd');

/** Of the UID of an owner, which may be of any length. No object has one as long as this: cut, it still names none. */
const LONGEST_UID = 253;

/** As an index can hold it, whose rows end at 2,704 bytes. */
export const cleanOwnerUid = (uid: string): string => cleanText(uid.slice(0, LONGEST_UID));

export function cleanRecord(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(record);
  const isClean = entries.every(([key, value]) => isStorable(key) && isStorable(value));
  return isClean ? record : Object.fromEntries(entries.map(([key, value]) => [cleanText(key), cleanText(value)]));
}

const isStorable = (text: string): boolean => text.search(UNSTORABLE) === -1;
