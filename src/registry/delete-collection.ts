/** DELETE of all that a selection names, a page at a time; what others removed meanwhile is passed over. */
import type { ListQuery } from '../storage/object-store.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { checkDeleteOptions } from './delete.ts';
import { deleteEach } from './delete-all.ts';
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
    const page: ListQuery = { ...query, limit: PAGE, uncounted: true, ...(after === undefined ? {} : { after }) };
    const listed = await context.objects.list(page);
    revision ??= listed.revision;
    items.push(...(await deletePage(context, kind, listed.items, options)));
    after = listed.next;
  } while (after !== undefined);
  return { revision, items };
}

/** All are tried; the first that could not be deleted is told. Source: registry/generic/registry/store.go. */
async function deletePage(
  context: RegistryContext,
  kind: Kind,
  page: readonly StoredObject[],
  options: DeleteOptions,
): Promise<StoredObject[]> {
  const deleted: StoredObject[] = [];
  for (const answer of await deleteEach(context, kind, page, options)) {
    if (answer instanceof Error) {
      throw answer;
    }
    deleted.push(...(answer === undefined ? [] : [answer]));
  }
  return deleted;
}
