/** What the series of a request are told apart by, from its route: so their number is bounded by that of the routes. */
import { parseRequestInfo } from '../access/request-info.ts';

export interface RouteLabels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Of a request that names no resource: its path, as in kube-apiserver. */
  readonly subresource: string;
  readonly scope: 'cluster' | 'namespace' | 'resource' | '';
}

/** Source: apiserver's endpoints/metrics, CleanVerb and CleanScope. */
const VERBS: ReadonlyMap<string, string> = new Map([
  ['create', 'POST'],
  ['update', 'PUT'],
]);

const LONG_RUNNING: readonly string[] = ['WATCH', 'CONNECT'];

export const isLongRunning = ({ verb }: RouteLabels): boolean => LONG_RUNNING.includes(verb);

const versionOf = (route: string): string => /^\/(?:api|apis\/[^/]+)\/([^/]+)\//.exec(route)?.[1] ?? '';

/** `route` as it was registered, such as `/api/v1/namespaces/:namespace/pods/:name`; undefined: there is none. */
export function routeLabels(
  method: string,
  route: string | undefined,
  isWatch: boolean,
  upgraded: boolean,
): RouteLabels {
  const asked = parseRequestInfo(method, route ?? '/', isWatch ? { watch: 'true' } : {});
  const { group = '', resource = '', subresource = '', namespace, name } = asked;
  const told = VERBS.get(asked.verb) ?? asked.verb.toUpperCase();
  const verb = upgraded && told !== 'WATCH' ? 'CONNECT' : told;
  if (resource === '') {
    return { verb, group, version: '', resource, subresource: route ?? '', scope: '' };
  }
  const scope = name !== undefined ? 'resource' : namespace === undefined ? 'cluster' : 'namespace';
  return { verb, group, version: versionOf(route ?? ''), resource, subresource, scope };
}
