/** Reads that need no rules of their own. */
import { notFound, StatusError, tooLargeVersion } from '../errors.ts';
import type { ObjectRef } from '../storage/object-store.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import type { ObjectKey } from '../values/object.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { ownershipOf } from './managed-fields/ownership.ts';
import { mayLackFields, withWholeEntries } from './managed-fields/whole-entries.ts';
import { getPast } from './past.ts';
import { parseResourceVersion } from './preconditions.ts';
import type { GetOptions, RefSelection, WriteOptions, Written } from './registry.ts';
import { toListQuery } from './selection.ts';

export async function find(
  context: RegistryContext,
  id: string,
  namespace: string,
  name: string,
): Promise<StoredObject | undefined> {
  return context.objects.get(kindOf(context, id).id, namespace, name);
}

export async function get(
  context: RegistryContext,
  id: string,
  namespace: string,
  name: string,
  options: GetOptions = {},
): Promise<StoredObject> {
  const kind = kindOf(context, id);
  const past = await getPast(context, { resource: kind.id, namespace, name, limit: 1 }, options);
  await checkNotFuture(context, options.resourceVersion);
  const stored = past === undefined ? await find(context, id, namespace, name) : past.found;
  if (stored === undefined) {
    throw notFound(kind.resource, name);
  }
  return options.wholeEntries === true ? toldWhole(context, kind, stored, options.caller) : stored;
}

/**
 * What a write answers, as its options want it. It is committed, so it waits for its turn in the worker thread however
 * many do; where the thread cannot tell it whole, or not in time, it is answered as lists show it: here it would hold up
 * all others.
 */
export async function answerOf(
  context: RegistryContext,
  kind: Kind,
  written: Written,
  { wholeEntries, user }: WriteOptions,
): Promise<Written> {
  if (wholeEntries !== true) {
    return written;
  }
  const told = toldWhole(context, kind, written.object, user?.username, true).catch((error: unknown) => {
    if (error instanceof StatusError) {
      return written.object;
    }
    throw error;
  });
  return { ...written, object: await told };
}

/** Characters: a body of so many is told whole in a few tens of milliseconds. */
const LONG = 400_000;

/** Throws 413, 500 and 503 of a long object, and 429 where it is not owed, that the worker thread does not tell. */
async function toldWhole(
  { elsewhere }: RegistryContext,
  kind: Kind,
  stored: StoredObject,
  caller: string | undefined,
  isOwed = false,
): Promise<StoredObject> {
  const { body } = stored;
  return body.length > LONG && elsewhere !== undefined && mayLackFields(ownershipOf(kind, ''), body)
    ? { ...stored, body: await elsewhere.tellWhole({ resource: kind.id, body }, caller, isOwed) }
    : toldHere(kind, stored);
}

function toldHere(kind: Kind, stored: StoredObject): StoredObject {
  const body = withWholeEntries(ownershipOf(kind, ''), stored.body);
  return body === stored.body ? stored : { ...stored, body };
}

/** A get is always current: an earlier version asks for nothing more. Throws 400, and 504 for one to come. */
async function checkNotFuture({ feed, objects }: RegistryContext, resourceVersion: string | undefined): Promise<void> {
  const requested = parseResourceVersion(resourceVersion);
  if (requested !== undefined && requested > feed.revision) {
    // Another process may be ahead of this one.
    const current = await objects.currentRevision();
    if (requested > current) {
      throw tooLargeVersion(requested, current);
    }
  }
}

export async function getMany(
  context: RegistryContext,
  id: string,
  keys: readonly ObjectKey[],
): Promise<StoredObject[]> {
  const kind = kindOf(context, id);
  return keys.length === 0 ? [] : context.objects.getMany(kind.id, keys);
}

export async function listRefs(
  context: RegistryContext,
  id: string,
  { createdBefore, limit, after, ...selection }: RefSelection,
): Promise<{ revision: number; items: ObjectRef[] }> {
  return context.objects.listRefs({
    ...toListQuery(kindOf(context, id), selection),
    ...(createdBefore === undefined ? {} : { createdBefore }),
    ...(limit === undefined ? {} : { limit }),
    ...(after === undefined ? {} : { after }),
  });
}
