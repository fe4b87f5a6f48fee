import { notFound } from '../errors.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { writeError } from './commit.ts';
import type { Kind, RegistryContext } from './context.ts';
import { type RETRY, retryOnConflict } from './retry-on-conflict.ts';

/** The same for verbs of an object that must be there: each attempt is given it as it is now. Throws NotFound or Conflict. */
export const retryOnStored = <T>(
  context: RegistryContext,
  kind: Kind,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  attempts: number,
  attempt: (stored: StoredObject) => Promise<T | typeof RETRY>,
): Promise<T> =>
  retryOnConflict(
    context,
    attempts,
    async () => {
      const stored = await context.objects.get(kind.id, namespace, name);
      if (stored === undefined) {
        throw notFound(kind.resource, name);
      }
      return attempt(stored);
    },
    () => writeError(kind, name, 'conflict'),
  );
