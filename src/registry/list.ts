/** GET of a collection, whole or in pages. */

import { kindOf, type RegistryContext } from './context.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { checkListOptions, checkListRevision, continueExpired } from './list-version.ts';
import type { Listed, ListOptions } from './registry.ts';
import { toListQuery } from './selection.ts';

export async function list(context: RegistryContext, id: string, options: ListOptions): Promise<Listed> {
  const kind = kindOf(context, id);
  const query = toListQuery(kind, options);
  checkListOptions(options);
  const limit = options.limit !== undefined && options.limit > 0 ? options.limit : undefined;
  const token = (options.continue ?? '') === '' ? undefined : decodeContinue(options.continue ?? '', query.namespace);
  const page = await context.objects.list({
    ...query,
    ...(limit === undefined ? {} : { limit }),
    ...(token === undefined ? {} : { after: token.after }),
  });
  if (token !== undefined && (token.revision < context.feed.oldestRevision || token.revision > page.revision)) {
    throw continueExpired();
  }
  checkListRevision(options, page.revision);
  const revision = token?.revision ?? page.revision;
  if (page.next === undefined) {
    return { revision, items: page.items };
  }
  const remaining = isFiltered(options) ? undefined : page.remaining;
  return {
    revision,
    items: page.items,
    continue: encodeContinue({ revision, after: page.next }),
    ...(remaining === undefined ? {} : { remaining }),
  };
}

/** Kubernetes leaves remainingItemCount out when a selector makes it a guess. */
const isFiltered = ({ labels, fields }: ListOptions): boolean => (labels?.length ?? 0) + (fields?.length ?? 0) > 0;
