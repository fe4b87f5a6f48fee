/** Reads that need no rules of their own. */
import { notFound, tooLargeVersion } from '../errors.ts';
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
    throw notFound(kindOf(context, id).resource, name);
  }
  return options.wholeEntries === true ? toldWhole(context, kindOf(context, id), stored) : stored;
}

/** What a write answers, as its options want it. */
export const answerOf = async (
  context: RegistryContext,
  kind: Kind,
  written: Written,
  { wholeEntries }: WriteOptions,
): Promise<Written> =>
  wholeEntries === true ? { ...written, object: await toldWhole(context, kind, written.object) } : written;

/** Characters: a body of so many is told whole in a few tens of milliseconds. */
const LONG = 400_000;

async function toldWhole({ elsewhere }: RegistryContext, kind: Kind, stored: StoredObject): Promise<StoredObject> {
  const { body: noted } = stored;
  const body =
    noted.length > LONG && elsewhere !== undefined && mayLackFields(noted)
      ? await elsewhere.tellWhole({ resource: kind.id, body: noted })
      : withWholeEntries(() => ownershipOf(kind, ''), noted);
  return body === noted ? stored : { ...stored, body };
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
