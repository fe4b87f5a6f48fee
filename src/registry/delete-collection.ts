/** DELETE of all that a selection names, a page at a time; what others removed meanwhile is passed over. */
import { StatusError } from '../errors.ts';
import type { ListQuery } from '../storage/object-store.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { commitAll, storedFrom } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { checkDeleteOptions, deleteObject, deletionWrite } from './delete.ts';
import type { DeleteOptions, Listed, Selection } from './registry.ts';
import { toListQuery } from './selection.ts';

const PAGE = 500;

export async function deleteCollection(
  context: RegistryContext,
  id: string,
  selection: Selection,
  options: DeleteOptions = {},
): Promise<Listed> {
  const kind = kindOf(context, id);
  checkDeleteOptions(options);
  const query = toListQuery(kind, selection);
  const items: StoredObject[] = [];
  let after: ListQuery['after'];
  let revision: number | undefined;
  do {
    const page: ListQuery = { ...query, limit: PAGE, ...(after === undefined ? {} : { after }) };
    const listed = await context.objects.list(page);
    revision ??= listed.revision;
    items.push(...(await deletePage(context, kind, listed.items, options)));
    after = listed.next;
  } while (after !== undefined);
  return { revision, items };
}

async function deletePage(
  context: RegistryContext,
  kind: Kind,
  page: readonly StoredObject[],
  options: DeleteOptions,
): Promise<StoredObject[]> {
  const planned = await Promise.all(page.map((stored) => deletionWrite(context, kind, stored, options)));
  const writes = planned.filter((write) => write !== undefined);
  const results = await commitAll(context, writes, options.dryRun);
  const deleted = page.filter((_, index) => planned[index] === undefined);
  for (const [at, write] of writes.entries()) {
    const result = results[at];
    if (result?.ok === true) {
      deleted.push(storedFrom(write, result.revision));
    } else if (result?.reason !== 'gone') {
      const late = await deleteChanged(context, kind, write, options);
      deleted.push(...late);
    }
  }
  return deleted;
}

/** One that changed between the list and the write: read again, on its own. */
async function deleteChanged(
  context: RegistryContext,
  kind: Kind,
  { namespace, name }: { namespace: string; name: string },
  options: DeleteOptions,
): Promise<StoredObject[]> {
  try {
    return [(await deleteObject(context, kind.id, namespace, name, options)).object];
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'NotFound') {
      return [];
    }
    throw error;
  }
}
