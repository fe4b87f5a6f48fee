/** Many status writes at once: the kubelets' path, 10,000 a second. Types are trusted, nothing is decoded. */
import { invalid } from '../errors.ts';
import { encodeBody, type StoredObject } from '../storage/stored-object.ts';
import { batchWrites } from './batch-writes.ts';
import { kindOf, type RegistryContext } from './context.ts';
import { reportNoter } from './managed-fields/tracking.ts';
import type { StatusChange, WriteOptions } from './registry.ts';
import { lazyBefore, updateWrite } from './stored-columns.ts';

export async function updateStatuses(
  context: RegistryContext,
  id: string,
  changes: readonly StatusChange[],
  options: WriteOptions = {},
): Promise<(StoredObject | Error)[]> {
  const kind = kindOf(context, id);
  const { group, kind: kindName, validateStatusUpdate } = kind.definition;
  const note = reportNoter(context, kind, options);
  return batchWrites(
    context,
    kind,
    changes,
    ({ before: stored, decoded, after }) => {
      const body = encodeBody(after);
      if (body === stored.body) {
        return { unchanged: stored };
      }
      const before = lazyBefore(stored, decoded);
      const causes = validateStatusUpdate?.(after, before.object) ?? [];
      if (causes.length > 0) {
        throw invalid({ group, kind: kindName }, stored.name, causes);
      }
      const noted = note(body, () => before.object, after);
      return updateWrite(kind, before, after, options.fence, noted);
    },
    options,
  );
}
