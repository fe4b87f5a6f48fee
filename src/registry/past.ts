/** Time travel: lists and gets of a revision that the history still reaches (`resourceVersionMatch=Exact`). */
import { badRequest, StatusError, tooLargeVersion } from '../errors.ts';
import type { ListQuery, PastPage } from '../storage/object-store.ts';
import type { ObjectText, StoredObject } from '../storage/stored-object.ts';
import type { RegistryContext } from './context.ts';
import { type ContinueToken, encodeContinue } from './continue-token.ts';
import { continueExpired } from './list-version.ts';
import { parseResourceVersion } from './preconditions.ts';
import type { GetOptions, Listed, ListedStream, ListOptions } from './registry.ts';

const PAGE = 500;
/** A limit may be answered with fewer and a token to go on with: so many are held in memory at most. */
const MAX_LIMIT = 1_000;

/** undefined: the present is asked for. */
export function pastRevision(
  { resourceVersion, resourceVersionMatch }: Pick<ListOptions, 'resourceVersion' | 'resourceVersionMatch'>,
  token?: ContinueToken,
): number | undefined {
  if (token !== undefined) {
    return token.exact === true ? token.revision : undefined;
  }
  return resourceVersionMatch === 'Exact' ? parseResourceVersion(resourceVersion) : undefined;
}

const tooOld = (): StatusError => new StatusError('Expired', 'The resourceVersion for the provided list is too old.');

async function pageAt(
  { objects, continueKey }: RegistryContext,
  query: ListQuery,
  revision: number,
  token?: ContinueToken,
  counts = false,
): Promise<PastPage> {
  if (!Number.isSafeInteger(revision)) {
    // No revision will ever be so large, and Postgres has no such number.
    throw tooLargeVersion(revision, await objects.currentRevision());
  }
  const page = await objects.listAt(query, revision, counts);
  if (revision > page.current) {
    throw tooLargeVersion(revision, page.current);
  }
  if (revision < page.compacted) {
    throw token === undefined
      ? tooOld()
      : continueExpired(encodeContinue(continueKey, { revision: undefined, after: token.after }, query));
  }
  return page;
}

/** `token`: the page that it goes on from. */
export async function listPast(
  context: RegistryContext,
  query: ListQuery,
  revision: number,
  token?: ContinueToken,
): Promise<Listed> {
  const { items, next, ...page } = await pageAt(context, query, revision, token, token === undefined);
  if (next === undefined) {
    return { revision, items };
  }
  const remaining = page.remaining ?? (token?.remaining === undefined ? undefined : token.remaining - items.length);
  const more = { revision, exact: true, after: next, remaining };
  return {
    ...{ revision, items, continue: encodeContinue(context.continueKey, more, query) },
    ...(remaining === undefined ? {} : { remaining }),
  };
}

/** The past does not change, so that its pages are one list however slowly they are read. */
export async function streamPast(
  context: RegistryContext,
  query: ListQuery,
  revision: number,
  token: ContinueToken | undefined,
  signal: AbortSignal,
): Promise<ListedStream> {
  if (query.limit !== undefined) {
    return listPast(context, { ...query, limit: Math.min(query.limit, MAX_LIMIT) }, revision, token);
  }
  const limit = PAGE;
  const { items, next } = await pageAt(context, { ...query, limit }, revision, token);
  async function* rest(): AsyncGenerator<readonly ObjectText[]> {
    for (let after = next; after !== undefined && !signal.aborted; ) {
      const page: PastPage = await pageAt(context, { ...query, limit, after }, revision);
      yield page.items;
      after = page.next;
    }
  }
  return { revision, items, ...(next === undefined ? {} : { rest: rest() }) };
}

/** Kubernetes has no such get; the rules are those of lists. undefined: the present is asked for. */
export async function getPast(
  context: RegistryContext,
  query: ListQuery,
  { resourceVersion = '', resourceVersionMatch }: GetOptions,
): Promise<{ readonly found: StoredObject | undefined } | undefined> {
  if (resourceVersionMatch === undefined) {
    return undefined;
  }
  if (!['Exact', 'NotOlderThan'].includes(resourceVersionMatch)) {
    throw badRequest('resourceVersionMatch must be Exact or NotOlderThan');
  }
  if (resourceVersion === '') {
    throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  }
  const revision = pastRevision({ resourceVersion, resourceVersionMatch });
  if (revision === undefined) {
    return undefined;
  }
  const { items } = await pageAt(context, query, revision);
  return { found: items[0] };
}
