/** Time travel: lists and gets of a revision that the history still reaches (`resourceVersionMatch=Exact`). */
import { badRequest, StatusError } from '../errors.ts';
import type { ListQuery, PastPage } from '../storage/object-store.ts';
import type { ObjectText, StoredObject } from '../storage/stored-object.ts';
import type { RegistryContext } from './context.ts';
import { type ContinueToken, encodeContinue } from './continue-token.ts';
import { tooLargeVersion } from './list-version.ts';
import { parseResourceVersion } from './preconditions.ts';
import type { GetOptions, Listed, ListedStream, ListOptions } from './registry.ts';

const PAGE = 500;

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

async function pageAt({ objects }: RegistryContext, query: ListQuery, revision: number): Promise<PastPage> {
  const page = await objects.listAt(query, revision);
  if (revision > page.current) {
    throw tooLargeVersion(revision, page.current);
  }
  if (revision < page.compacted) {
    throw tooOld();
  }
  return page;
}

export async function listPast(context: RegistryContext, query: ListQuery, revision: number): Promise<Listed> {
  const { items, next } = await pageAt(context, query, revision);
  const token = { revision, exact: true };
  return {
    ...{ revision, items },
    ...(next === undefined ? {} : { continue: encodeContinue(context.continueKey, { ...token, after: next }, query) }),
  };
}

/** The past does not change, so that its pages are one list however slowly they are read. */
export async function streamPast(
  context: RegistryContext,
  query: ListQuery,
  revision: number,
  signal: AbortSignal,
): Promise<ListedStream> {
  const limit = Math.min(query.limit ?? Number.POSITIVE_INFINITY, PAGE);
  if (query.limit === limit) {
    return listPast(context, query, revision);
  }
  const { items, next } = await pageAt(context, { ...query, limit }, revision);
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
