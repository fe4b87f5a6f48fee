/** One attempt at an update: hooks, then commit. Shared by every verb that changes a stored object. */
import type { StoredObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import { admit } from './admission.ts';
import { allocate } from './allocate.ts';
import { paced } from './break.ts';
import { commit, storedFrom, type WriteFailure } from './commit.ts';
import type { Kind, RegistryContext } from './context.ts';
import { prepareUpdate } from './hook-order.ts';
import { type Tracking, updateTracking } from './managed-fields/tracking.ts';
import type { WriteOptions } from './registry.ts';
import { type Before, deleteWrite, updateWrite } from './stored-columns.ts';
import type { UpdateScopeName } from './update-scope.ts';

export type UpdateOutcome =
  | { readonly ok: true; readonly object: StoredObject; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: WriteFailure };

/** `wanted` is the caller's own copy. Throws Invalid; answers a lost race as `conflict` or `gone`. */
export async function writeUpdate(
  context: RegistryContext,
  kind: Kind,
  before: Before,
  wanted: KubeObject,
  scope: UpdateScopeName,
  options: WriteOptions,
  tracking: Tracking | undefined = updateTracking(context, kind, scope, options),
): Promise<UpdateOutcome> {
  const pacedOptions = paced(options, before.stored);
  const prepared = await prepareUpdate(context, kind, before, wanted, scope, pacedOptions, tracking);
  if (prepared.change === 'none') {
    return { ok: true, object: before.stored, warnings: [] };
  }
  const { object, body, encode, warnings } = prepared;
  const { user } = options;
  if (scope === 'main' || user !== undefined) {
    const { namespace, name } = before.stored;
    await admit(context, {
      ...{ operation: 'update', kind, namespace, name, object, old: before.object },
      ...(scope === 'main' ? {} : { subresource: scope }),
      ...(user === undefined ? {} : { user }),
    });
  }
  const isAllocated = scope === 'main' && prepared.change === 'update' && (await allocate(context, kind, object));
  const toWrite = prepared.change === 'remove' ? deleteWrite : updateWrite;
  const write = toWrite(kind, before, object, options.fence, isAllocated ? encode() : body);
  const result = await commit(context, write, options.dryRun);
  if (result.ok) {
    return { ok: true, object: storedFrom(write, result.revision), warnings };
  }
  // Looked at again, what the object claims is refused, or it is given something else.
  return result.reason === 'claimed' ? { ok: false, reason: 'conflict' } : result;
}
