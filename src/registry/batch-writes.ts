/** Many updates in one group of commits, for reconcilers: each is compared on the version it was computed from. */

import { toError } from '../errors.ts';
import type { Write } from '../storage/object-store.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { Turns } from '../timing/turns.ts';
import { commitAll, storedFrom, writeError } from './commit.ts';
import type { Kind, RegistryContext } from './context.ts';
import type { WriteOptions } from './registry.ts';

/** Characters that a refusal counts for. */
const REFUSED = 1_000;

/**
 * `plan` gives the write of one change, or the stored object when there is nothing to write, or throws a StatusError;
 * answers come in the order of `changes`.
 */
export async function batchWrites<C>(
  context: RegistryContext,
  kind: Kind,
  changes: readonly C[],
  plan: (change: C) => Write | { readonly unchanged: StoredObject },
  options: WriteOptions,
): Promise<(StoredObject | Error)[]> {
  const answers = new Array<StoredObject | Error>(changes.length);
  const writes: Write[] = [];
  const indexes: number[] = [];
  const turns = new Turns();
  for (const [index, change] of changes.entries()) {
    try {
      const planned = plan(change);
      if ('unchanged' in planned) {
        answers[index] = planned.unchanged;
        await turns.after(planned.unchanged.body.length);
      } else {
        writes.push(planned);
        indexes.push(index);
        await turns.after(planned.body.length);
      }
    } catch (error) {
      answers[index] = toError(error);
      await turns.after(REFUSED);
    }
  }
  const results = await commitAll(context, writes, options.dryRun);
  writes.forEach((write, at) => {
    const result = results[at];
    answers[indexes[at] ?? at] =
      result?.ok === true
        ? storedFrom(write, result.revision)
        : writeError(kind, write.name, result?.reason ?? 'conflict');
  });
  return answers;
}
