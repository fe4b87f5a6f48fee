/** The entries of an object, with the fields of those that are stored short. */
import { isEmptySet } from '../../values/field-set/field-set.ts';
import { formatFieldsV1 } from '../../values/field-set/fields-v1.ts';
import type { Json, KubeObject } from '../../values/object.ts';
import { createdFields, createdText, entriesKnown, isCreators } from './creator.ts';
import { isSameOwner, type Owner, readOwners } from './owners.ts';
import type { Ownership } from './ownership.ts';
import { reportedFields, reportedText } from './reporter.ts';
import { entryText, isOfStatus, isShort, mayHaveShort, NOTHING, replaceEntries } from './short-entries.ts';

/** Of a stored object, by what is known; `main` is the ownership of its main resource. */
export function ownersNoted(main: Ownership, object: KubeObject): Owner[] {
  const entries = entriesKnown(main, object) ?? [];
  const owners = readOwners(entries) ?? [];
  const short = readOwners(entries.filter(isShort)) ?? [];
  return owners.map((owner) => {
    if (!short.some((each) => isSameOwner(each, owner))) {
      return owner;
    }
    const fields = owner.subresource === 'status' ? reportedFields(main, object, owners) : createdFields(main, object);
    return { ...owner, fields };
  });
}

/** Of all that is made for an owner. */
const OWNED = '"controller":true';

/** Seen without a parse; false is certain. Of kinds that are not short the maker is noted. */
export const mayLackFields = ({ isShort: isShortKind }: Ownership, body: string): boolean =>
  mayHaveShort(body) || (isShortKind && body.includes(OWNED));

/** A stored body with whole entries, and with its creator's where that is known and not noted. */
export function withWholeEntries(main: Ownership, body: string): string {
  if (!mayLackFields(main, body)) {
    return body;
  }
  const object = JSON.parse(body) as KubeObject;
  const entries = entriesKnown(main, object) ?? [];
  const isAny = entries.some(isShort);
  return isAny ? replaceEntries(body, object.metadata.managedFields, wholeText(main, object, entries)) : body;
}

function wholeText(main: Ownership, object: KubeObject, entries: readonly Json[]): string {
  const texts = entries.flatMap((entry) => {
    if (!isShort(entry)) {
      return [JSON.stringify(entry)];
    }
    const fields = isCreators(entry) ? createdText(main, object) : reportText(main, object, entries);
    return fields === undefined ? [] : [entryText(entry, fields)];
  });
  return `[${texts.join(',')}]`;
}

/** undefined: others own all of it. */
function reportText(main: Ownership, object: KubeObject, entries: readonly Json[]): string | undefined {
  if (entries.filter(isOfStatus).length > 1) {
    const fields = reportedFields(main, object, readOwners(entries) ?? []);
    return isEmptySet(fields) ? undefined : JSON.stringify(formatFieldsV1(fields));
  }
  const text = reportedText(main, object);
  return text === NOTHING ? undefined : text;
}
