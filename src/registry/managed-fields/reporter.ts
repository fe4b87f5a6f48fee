/**
 * The entry of who reports the status of a kind as a whole: a kubelet that of pods and nodes, controllers the others. Of
 * kinds whose entries are short it owns all of the status that has no other owner. So it is true whatever is reported, and
 * to note a report costs neither a comparison nor a parse, of which there are 10,000 a second.
 */
import { difference, type FieldSet, isEmptySet, union, unionOf } from '../../values/field-set/field-set.ts';
import { parseOwnFieldsV1 } from '../../values/field-set/fields-v1.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject, KubeObject } from '../../values/object.ts';
import { compare } from '../../values/typed/compare.ts';
import { createdFieldsText } from '../../values/typed/fields-text.ts';
import { fieldsOwnedBy, isSameOwner, type Owner, readOwners, writeOwners } from './owners.ts';
import { type Ownership, ownableChanges } from './ownership.ts';
import { isOfStatus, isShort, shortEntry } from './short-entries.ts';
import { disown, updater, type Writer } from './updater.ts';

/** An object with nothing but its status. */
const statusOf = ({ status }: KubeObject): JsonObject => (status === undefined ? {} : { status: status as Json });

export const reportedText = ({ shape, empty, notReported }: Ownership, object: KubeObject): string =>
  createdFieldsText(shape, statusOf(object), empty, notReported);

/** `owners` are those noted, the reporter among them. */
export function reportedFields(ownership: Ownership, object: KubeObject, owners: readonly Owner[]): FieldSet {
  const all = parseOwnFieldsV1(JSON.parse(reportedText(ownership, object)) as Json);
  return difference(all, unionOf(owners.map(({ fields }) => fields)));
}

const isEntryOf = (entry: Json, { manager, operation, apiVersion, subresource }: Owner): boolean =>
  isJsonObject(entry) &&
  entry['manager'] === manager &&
  entry['operation'] === operation &&
  entry['apiVersion'] === apiVersion &&
  entry['subresource'] === subresource;

export interface Report {
  readonly self: Owner;
  /** What is noted of the reporter; undefined: another one writes, or no entry is short: it owns what it changes. */
  readonly whole: JsonObject | undefined;
  /** What stands before the time in that, and after it. */
  readonly around: readonly [head: string, tail: string];
}

/** One for all that a writer writes at one time. */
export function reportOf(ownership: Ownership, writer: Writer): Report {
  const self = updater(ownership, writer);
  const whole = shortEntry(self);
  const [head = '', tail = ''] = JSON.stringify(whole).split(writer.now);
  const isWhole = ownership.isShort && writer.manager === ownership.reporter;
  return { self, whole: isWhole ? whole : undefined, around: [head, tail] };
}

/** The body as it was but for the time of its reporter's entry; undefined: there is more to it. */
export function renewReport(body: string, noted: readonly Json[] = [], report: Report): string | undefined {
  const { self, whole, around } = report;
  const [own, ...others] = noted.filter(isOfStatus);
  if (whole === undefined || own === undefined || others.length > 0 || !isEntryOf(own, self)) {
    return undefined;
  }
  const time = timeOf(own) ?? '';
  const [head, tail] = around;
  const at = body.indexOf(head) + head.length;
  const isThere = body.startsWith(tail, at + time.length) && body.startsWith(time, at);
  return isThere ? `${body.slice(0, at)}${self.time}${body.slice(at + time.length)}` : undefined;
}

/**
 * The entries after one of our own components has changed the status, and nothing else. `noted` are those before,
 * `states` are the objects before and after. undefined: nobody owns anything.
 */
export function entriesOfReport(
  ownership: Ownership,
  noted: readonly Json[] = [],
  states: () => readonly [old: KubeObject, object: KubeObject],
  report: Report,
): Json[] | undefined {
  const { self, whole } = report;
  const others = noted.filter((entry) => !isEntryOf(entry, self));
  return whole !== undefined && !others.some(isOfStatus)
    ? [...others, whole]
    : sharedStatus(ownership, noted, states(), report);
}

/** Of entries of a status. Where none of the kind is short any more, those that still are become whole. */
function ownersOf(ownership: Ownership, entries: readonly Json[], old: KubeObject): Owner[] {
  const owners = readOwners(entries) ?? [];
  const short = ownership.isShort ? [] : (readOwners(entries.filter(isShort)) ?? []);
  return owners.map((owner) =>
    short.some((each) => isSameOwner(each, owner))
      ? { ...owner, fields: reportedFields(ownership, old, owners) }
      : owner,
  );
}

/** Whoever else owns of the status loses what is changed. A short entry loses it by what is noted of others. */
function sharedStatus(
  ownership: Ownership,
  noted: readonly Json[],
  [old, object]: readonly [KubeObject, KubeObject],
  { self, whole }: Report,
): Json[] | undefined {
  const { taken, removed } = ownableChanges(ownership, compare(ownership.shape, statusOf(old), statusOf(object)));
  const own = noted.find((entry) => isEntryOf(entry, self));
  const isRaw = (entry: Json): boolean => !isOfStatus(entry) || (ownership.isShort && isShort(entry) && entry !== own);
  const raw = noted.filter(isRaw);
  const owners = ownersOf(
    ownership,
    noted.filter((entry) => !isRaw(entry)),
    old,
  );
  const left = disown(owners, taken, removed);
  const others = left.filter((owner) => !isSameOwner(owner, self));
  if (whole !== undefined && (own === undefined || isShort(own))) {
    return [...raw, ...(writeOwners(others) ?? []), whole];
  }
  const fields = union(fieldsOwnedBy(left, self), taken);
  const time = isEmptySet(taken) && own !== undefined ? timeOf(own) : self.time;
  const entries = [...raw, ...(writeOwners([...others, { ...self, time, fields }]) ?? [])];
  return entries.length === 0 ? undefined : entries;
}

const timeOf = (entry: Json): string | undefined =>
  isJsonObject(entry) && typeof entry['time'] === 'string' ? entry['time'] : undefined;
