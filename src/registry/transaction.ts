/** Writes of any kinds, by the same verbs and hooks as ever, of which all are committed or none. */
import type { StatusError } from '../errors.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { ringFor, writeError } from './commit.ts';
import { kindOf, type RegistryContext } from './context.ts';
import { createAllSent } from './create-all-sent.ts';
import { deleteObject } from './delete.ts';
import { createLookups } from './lookups.ts';
import { patch } from './patch.ts';
import type { Transaction } from './registry.ts';
import { StagedObjects, stagedKey } from './staged-objects.ts';
import { update } from './update.ts';

export function beginTransaction(context: RegistryContext): Transaction {
  const objects = new StagedObjects(context.objects);
  const inside: RegistryContext = {
    ...context,
    objects,
    // What names a namespace, an account or a class of the same transaction finds it.
    ...createLookups(objects, context.clock),
    doorbell: { ring: () => undefined },
  };
  return {
    createAllSent: (...args) => createAllSent(inside, ...args),
    update: (...args) => update(inside, ...args),
    updateStatus: (id, namespace, name, object, options) =>
      update(inside, id, namespace, name, object, options, 'status'),
    patch: (id, namespace, name, type, body, options = {}) =>
      patch(inside, id, namespace, name, { type, patch: body, options }),
    delete: (...args) => deleteObject(inside, ...args),
    commit: (dryRun = false) => commitStaged(context, objects, dryRun),
  };
}

async function commitStaged(
  context: RegistryContext,
  { writes }: StagedObjects,
  dryRun: boolean,
): Promise<Awaited<ReturnType<Transaction['commit']>>> {
  const results = writes.length === 0 ? [] : await context.objects.commitTogether(writes, dryRun);
  const refusals = new Map<string, StatusError>();
  const revisions = new Map<string, number>();
  writes.forEach((write, at) => {
    const result = results[at] ?? ({ ok: false, reason: 'conflict' } as const);
    const key = stagedKey(write);
    result.ok
      ? revisions.set(key, result.revision)
      : refusals.set(key, writeError(kindOf(context, write.resource), write.name, result.reason));
  });
  const isWritten = refusals.size === 0 && !dryRun;
  if (isWritten) {
    ringFor(context, writes, results);
  }
  return {
    isRefused: refusals.size > 0,
    refusalOf: (object) => refusals.get(stagedKey(object)),
    asWritten: (object: StoredObject) =>
      isWritten ? { ...object, revision: revisions.get(stagedKey(object)) ?? object.revision } : object,
  };
}
