/** Objects of a kind as they were at a revision, page by page, in the order of their keys. */
import type { RestClient } from '../rest/rest-client.ts';

export interface PlainObject {
  readonly metadata: { readonly namespace?: string; readonly name: string; readonly [more: string]: unknown };
  readonly [more: string]: unknown;
}
export interface ListedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: string;
  readonly plural: string;
}
interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly PlainObject[];
}
interface Resources {
  readonly groupVersion: string;
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly verbs: readonly string[] }[];
}

const PAGE = '500';
/** Without history of their own, or of no object's state. */
const PASSED_OVER = new Set(['leases', 'apiservices', 'componentstatuses']);
/** Listed for those who ask for them: they come and go by themselves. */
const ON_REQUEST = new Set(['events']);
/** Another form of what `/api/v1` has. */
const OTHER_FORM = '/apis/events.k8s.io';

export async function currentRevision(client: RestClient): Promise<number> {
  const { metadata } = await client.get<List>('/api/v1/namespaces', { limit: '1' });
  return Number(metadata.resourceVersion);
}

/** Every kind that can be listed and whose past is kept, in the order of discovery. `asked`: plurals that are meant by name. */
export async function listedKinds(client: RestClient, asked: readonly string[] = []): Promise<ListedKind[]> {
  const isMeant = (plural: string): boolean =>
    !PASSED_OVER.has(plural) && (!ON_REQUEST.has(plural) || asked.includes(plural));
  const { groups } = await client.get<{ groups: { preferredVersion: { groupVersion: string } }[] }>('/apis');
  const paths = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const found = await Promise.all(paths.map(async (path) => ({ path, ...(await client.get<Resources>(path)) })));
  return found
    .filter(({ path }) => !path.startsWith('/apis/metrics.k8s.io') && !path.startsWith(OTHER_FORM))
    .flatMap(({ path, groupVersion, resources }) =>
      resources
        .filter(({ name, verbs }) => verbs.includes('list') && !name.includes('/') && isMeant(name))
        .map(({ name, kind }) => ({ apiVersion: groupVersion, kind, plural: name, path: `${path}/${name}` })),
    );
}

export async function* objectsAt(
  client: RestClient,
  { path }: ListedKind,
  revision: number,
): AsyncGenerator<PlainObject> {
  let next = '';
  do {
    const from =
      next === '' ? { resourceVersion: String(revision), resourceVersionMatch: 'Exact' } : { continue: next };
    const { metadata, items } = await client.get<List>(path, { limit: PAGE, ...from });
    yield* items;
    next = metadata.continue ?? '';
  } while (next !== '');
}
