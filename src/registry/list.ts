/** GET of a collection, whole or in pages. */

import type { ListPage, ListQuery } from '../storage/object-store.ts';
import { checkListOptions } from './check-list-options.ts';
import { kindOf, type RegistryContext } from './context.ts';
import { type ContinueToken, decodeContinue, encodeContinue } from './continue-token.ts';
import { checkListRevision, checkListVersion, continueExpired } from './list-version.ts';
import { listPast, pastRevision, streamPast } from './past.ts';
import type { Listed, ListedStream, ListOptions } from './registry.ts';
import { toListQuery } from './selection.ts';

export async function list(context: RegistryContext, id: string, options: ListOptions): Promise<Listed> {
  const { query, token } = prepare(context, id, options);
  const past = pastRevision(options, token);
  if (past !== undefined) {
    return listPast(context, query, past, token);
  }
  const page = await context.objects.list(query);
  return { ...heading(context, options, { query, token }, page, page.items.length), items: page.items };
}

/** The caller aborts the signal when done, also after an error. */
export async function listStream(
  context: RegistryContext,
  id: string,
  options: ListOptions,
  signal: AbortSignal,
): Promise<ListedStream> {
  const { query, token } = prepare(context, id, options);
  const past = pastRevision(options, token);
  if (past !== undefined) {
    return streamPast(context, query, past, token, signal);
  }
  const { items, rest, ...page } = await context.objects.listStream(query, signal);
  const head = heading(context, options, { query, token }, page, query.limit ?? 0);
  return { ...head, items, ...(rest === undefined ? {} : { rest }) };
}

interface Prepared {
  readonly query: ListQuery;
  readonly token: ContinueToken | undefined;
}

function prepare(context: RegistryContext, id: string, options: ListOptions): Prepared {
  const query = toListQuery(kindOf(context, id), options);
  checkListOptions(options);
  checkListVersion(options);
  const limit = options.limit !== undefined && options.limit > 0 ? options.limit : undefined;
  const token =
    (options.continue ?? '') === '' ? undefined : decodeContinue(context.continueKey, options.continue ?? '', query);
  return {
    token,
    query: {
      ...query,
      ...(limit === undefined ? {} : { limit }),
      ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
      ...(options.nodeNames === undefined ? {} : { nodeNames: options.nodeNames }),
      ...(options.caller === undefined ? {} : { caller: options.caller }),
      ...(token === undefined ? {} : { after: token.after }),
      // Counted once, at the first page: pages of a long list would each count almost all of it.
      ...(options.uncounted === true || token?.remaining !== undefined ? { uncounted: true } : {}),
    },
  };
}

/** What a list says before its items. `count`: of a page that is not the last. Throws when the snapshot is not what was asked for. */
function heading(
  context: RegistryContext,
  options: ListOptions,
  { query, token }: Prepared,
  page: Omit<ListPage, 'items'>,
  count: number,
): Omit<Listed, 'items'> {
  const first = token?.revision;
  if (token !== undefined && first !== undefined && (first < context.feed.oldestRevision || first > page.revision)) {
    const anew = { revision: undefined, after: token.after };
    throw continueExpired(encodeContinue(context.continueKey, anew, query));
  }
  checkListRevision(options, page.revision);
  const revision = first ?? page.revision;
  if (page.next === undefined) {
    return { revision };
  }
  const remaining = page.remaining ?? leftAfter(token, count);
  return {
    revision,
    continue: encodeContinue(context.continueKey, { revision, after: page.next, remaining }, query),
    ...(remaining === undefined ? {} : { remaining }),
  };
}

/** What was written since the first page does not count. */
const leftAfter = ({ remaining }: Partial<ContinueToken> = {}, count: number): number | undefined =>
  remaining === undefined ? undefined : Math.max(1, remaining - count);
