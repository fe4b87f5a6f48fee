/** Read, change in place, compare-and-set: how reconcilers write one object. */
import { decodeObject, type StoredObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import { clonePaced, paced, takeBreak } from './break.ts';
import { writeError } from './commit.ts';
import { kindOf, type RegistryContext } from './context.ts';
import type { WriteOptions } from './registry.ts';
import { RETRY, retryOnConflict } from './retry-on-conflict.ts';
import { lazyBefore } from './stored-columns.ts';
import { writeUpdate } from './write-update.ts';

const ATTEMPTS = 10;

/** Answers undefined when the object is gone (or is another one than `uid` says). */
export async function modify<T extends KubeObject>(
  context: RegistryContext,
  id: string,
  namespace: string,
  name: string,
  change: (object: T) => boolean | undefined,
  options: WriteOptions & { subresource?: string; uid?: string } = {},
): Promise<StoredObject | undefined> {
  const kind = kindOf(context, id);
  return retryOnConflict<StoredObject | undefined>(
    context,
    ATTEMPTS,
    async () => {
      const stored = await context.objects.get(id, namespace, name);
      if (stored === undefined || (options.uid !== undefined && stored.uid !== options.uid)) {
        return undefined;
      }
      const pace = paced(options, stored);
      await takeBreak(pace);
      const changed = decodeObject<T>(stored);
      if (change(changed) === false) {
        return stored;
      }
      await takeBreak(pace);
      const wanted = await clonePaced(changed, pace);
      const scope = options.subresource ?? 'main';
      const outcome = await writeUpdate(context, kind, lazyBefore(stored), wanted, scope, options);
      if (outcome.ok) {
        return outcome.object;
      }
      if (outcome.reason === 'gone') {
        return undefined;
      }
      if (outcome.reason === 'fenced') {
        throw writeError(kind, name, outcome.reason);
      }
      return RETRY;
    },
    () => writeError(kind, name, 'conflict'),
  );
}
