/** Compare-and-set as clients ask for it. Source: apiserver's storage/interfaces.go and rest/delete.go. */
import { badRequest, conflict, invalid, type StatusError } from '../errors.ts';
import { invalidField } from '../resources/field-errors.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import type { ObjectMeta } from '../values/object.ts';
import type { Kind } from './context.ts';
import type { DeleteOptions } from './registry.ts';

const MAX_UINT64 = 2n ** 64n - 1n;
/** The largest number that is still one when it is written out again. */
const MAX_VERSION = 2 ** 64 - 2 ** 11;

function badVersion(text: string, why: string): StatusError {
  const value = JSON.stringify(text);
  return badRequest(`resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: ${why}`);
}

/**
 * A resourceVersion as a number; '' and '0' mean "any" and give undefined. From 2^53 on it is about that: all of these
 * are versions of the future, and nothing that Postgres takes. Throws 400 on anything else, in Go's words.
 */
export function parseResourceVersion(text: string | undefined): number | undefined {
  if (text === undefined || text === '') {
    return undefined;
  }
  if (!/^\d+$/.test(text)) {
    throw badVersion(text, 'invalid syntax');
  }
  const digits = text.replace(/^0+/, '');
  // The length first: a long text is no cheap BigInt.
  if (digits.length > 20 || (digits.length === 20 && BigInt(digits) > MAX_UINT64)) {
    throw badVersion(text, 'value out of range');
  }
  const version = Math.min(Number(digits), MAX_VERSION);
  return version === 0 ? undefined : version;
}

/** Cause of a Conflict: the object that was meant is gone, and another one has its name. */
export class OtherObject extends Error {
  constructor(wanted: string, found: string) {
    super(`the object has UID ${found}, not ${wanted}`);
    this.name = 'OtherObject';
  }
}

/** The uid in the body of an update, where given, must be the stored one: '' where there is no object. */
export function checkUid(kind: Kind, name: string, wanted: ObjectMeta, uid: string): void {
  if ((wanted.uid ?? '') !== '' && wanted.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`;
    throw conflict(kind.resource, name, why);
  }
}

/** For an update: the uid and resourceVersion in the body, where given, must be the stored ones. */
export function checkUpdatePreconditions(kind: Kind, wanted: ObjectMeta, before: StoredObject): void {
  checkUid(kind, before.name, wanted, before.uid);
  const version = parseResourceVersion(wanted.resourceVersion);
  if (version !== undefined && version !== before.revision) {
    throw conflict(kind.resource, before.name);
  }
}

/** For a whole object: some kinds are replaced by those alone who have seen them. Source: registry/store.go, Update. */
export function requireVersion({ definition, resource }: Kind, { resourceVersion }: ObjectMeta, name: string): void {
  if (definition.requiresVersion === true && parseResourceVersion(resourceVersion) === undefined) {
    const cause = invalidField('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalid({ group: resource.group, kind: resource.resource }, name, [cause]);
  }
}

export function checkDeletePreconditions(
  kind: Kind,
  before: StoredObject,
  preconditions: DeleteOptions['preconditions'],
): void {
  const of = { group: kind.resource.group, resource: kind.definition.kind };
  if (preconditions?.uid !== undefined && preconditions.uid !== before.uid) {
    throw conflict(
      of,
      before.name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${before.uid}). ` +
        'The object might have been deleted and then recreated',
      { cause: new OtherObject(preconditions.uid, before.uid) },
    );
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== String(before.revision)) {
    throw conflict(
      of,
      before.name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ` +
        `ResourceVersion in record (${before.revision}). The object might have been modified`,
    );
  }
}
