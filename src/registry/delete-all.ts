/** Many deletions in one group of commits, each of exactly the object that the caller has read. */
import { StatusError, toError } from '../errors.ts';
import type { Write } from '../storage/object-store.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { commitAll, storedFrom, writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { checkDeleteOptions, deleteObject, deletionWrite } from './delete.ts';
import { OtherObject } from './preconditions.ts';
import type { DeleteOptions } from './registry.ts';

/** What is left of the object, undefined when it was gone already, or why it could not be deleted; in order. */
export type DeleteAnswer = StoredObject | undefined | Error;

export function deleteAll(
  context: RegistryContext,
  id: string,
  objects: readonly StoredObject[],
  options: DeleteOptions = {},
): Promise<DeleteAnswer[]> {
  checkDeleteOptions(options);
  return deleteEach(context, kindOf(context, id), objects, options);
}

export async function deleteEach(
  context: RegistryContext,
  kind: Kind,
  objects: readonly StoredObject[],
  options: DeleteOptions,
): Promise<DeleteAnswer[]> {
  const planned = await Promise.all(
    objects.map((stored) => deletionWrite(context, kind, stored, options).catch((error: Error) => error)),
  );
  const writes = planned.filter((write): write is Write => write !== undefined && !(write instanceof Error));
  const results = await commitAll(context, writes, options.dryRun);
  const resultOf = new Map(writes.map((write, at) => [write, results[at]]));
  return Promise.all(
    objects.map((stored, index) => {
      const write = planned[index];
      if (write === undefined || write instanceof Error) {
        return write ?? stored;
      }
      const result = resultOf.get(write);
      if (result?.ok === true) {
        return storedFrom(write, result.revision);
      }
      if (result === undefined || result.reason === 'gone') {
        return undefined;
      }
      return result.reason === 'conflict'
        ? deleteChanged(context, kind, stored, options)
        : writeError(kind, stored.name, result.reason);
    }),
  );
}

/** One that changed between the read and the write: read again, on its own. */
async function deleteChanged(
  context: RegistryContext,
  kind: Kind,
  { namespace, name, uid }: StoredObject,
  options: DeleteOptions,
): Promise<DeleteAnswer> {
  try {
    const preconditions = { uid, ...options.preconditions };
    return (await deleteObject(context, kind.id, namespace, name, { ...options, preconditions })).object;
  } catch (error) {
    if (error instanceof StatusError && (error.reason === 'NotFound' || error.cause instanceof OtherObject)) {
      return undefined;
    }
    return toError(error);
  }
}
