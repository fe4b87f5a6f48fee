/** DELETE of one object: starts a deletion, hastens one under way, or removes the row. */
import { invalid } from '../errors.ts';
import type { Write } from '../storage/object-store.ts';
import { decodeObject, type StoredObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import { admit } from './admission.ts';
import { commit, storedFrom, writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { planDeletion, policyOf } from './deletion-plan.ts';
import { checkDeletePreconditions } from './preconditions.ts';
import type { DeleteOptions } from './registry.ts';
import { RETRY } from './retry-on-conflict.ts';
import { retryOnStored } from './retry-on-stored.ts';
import { deleteWrite, lazyBefore, updateWrite } from './stored-columns.ts';

export interface Deleted {
  readonly object: StoredObject;
  readonly removed: boolean;
}

const ATTEMPTS = 20;
const POLICIES: readonly unknown[] = [undefined, 'Foreground', 'Background', 'Orphan'];

export function checkDeleteOptions(options: DeleteOptions): void {
  if (!POLICIES.includes(options.propagationPolicy)) {
    const value = JSON.stringify(options.propagationPolicy);
    const message = `Unsupported value: ${value}: supported values: "Foreground", "Background", "Orphan", "nil"`;
    const cause = { reason: 'FieldValueNotSupported', message, field: 'propagationPolicy' };
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [cause]);
  }
}

export async function deleteObject(
  context: RegistryContext,
  id: string,
  namespace: string,
  name: string,
  options: DeleteOptions = {},
): Promise<Deleted> {
  const kind = kindOf(context, id);
  checkDeleteOptions(options);
  return retryOnStored(context, kind, { namespace, name }, ATTEMPTS, (stored) =>
    attemptDelete(context, kind, stored, options),
  );
}

async function attemptDelete(
  context: RegistryContext,
  kind: Kind,
  stored: StoredObject,
  options: DeleteOptions,
): Promise<Deleted | typeof RETRY> {
  const write = await deletionWrite(context, kind, stored, options);
  if (write === undefined) {
    return { object: stored, removed: false };
  }
  const result = await commit(context, write, options.dryRun);
  if (result.ok) {
    return { object: storedFrom(write, result.revision), removed: write.op === 'delete' };
  }
  if (result.reason !== 'conflict') {
    throw writeError(kind, stored.name, result.reason);
  }
  return RETRY;
}

/**
 * The write that a deletion of the object as read asks for; undefined: none. `mark` changes the object's last or ending
 * state in place. Throws Conflict, Forbidden.
 */
export async function deletionWrite(
  context: RegistryContext,
  kind: Kind,
  stored: StoredObject,
  options: DeleteOptions,
  mark: (object: KubeObject) => void = () => undefined,
): Promise<Write | undefined> {
  const before = lazyBefore(stored);
  const { namespace, name } = stored;
  checkDeletePreconditions(kind, stored, options.preconditions);
  const { user } = options;
  await admit(context, {
    ...{ operation: 'delete', kind, namespace, name, object: before.object },
    ...(user === undefined ? {} : { user }),
  });
  const object = decodeObject(stored);
  const hasDependents =
    policyOf(object.metadata, options) === 'Orphan' &&
    (await context.objects.dependentsOf([stored.uid], { limit: 1 })).length > 0;
  const plan = planDeletion(kind.definition, object, options, context.clock.now(), hasDependents);
  if (plan === 'none') {
    return undefined;
  }
  mark(object);
  const toWrite = plan === 'remove' ? deleteWrite : updateWrite;
  return toWrite(kind, before, object, options.fence);
}
