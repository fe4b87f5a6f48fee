/** Lists and gets that are much work. */
import {
  type Asked,
  configMap,
  DEPLOYMENTS,
  deployment,
  type HostileRequest,
  LIMIT,
  MAPS,
  PODS,
  pairs,
  pod,
  post,
  times,
} from './request.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const get = (title: string, path: string, accept = 'application/json'): HostileRequest => ({
  ...{ title, method: 'GET', path, accept },
});
const selector = (terms: readonly string[]): string => encodeURIComponent(terms.join(','));

const large = (run: string): Asked[] => [
  post('/api/v1/namespaces', () => ({ metadata: { name: `large-${run}` } })),
  ...times(8, (i) =>
    post(`/api/v1/namespaces/large-${run}/configmaps`, () => configMap(`m${i}`, { data: pairs(40_000, 'value') })),
  ),
  ...times(8, (i) =>
    post(`/api/v1/namespaces/large-${run}/pods`, () =>
      pod(`p${i}`, { containers: times(2_000, (n) => ({ name: `c${n}`, image: 'i'.repeat(400) })) }),
    ),
  ),
];

export const hostileReads = (run: string): readonly HostileRequest[] => {
  const maps = `/api/v1/namespaces/large-${run}/configmaps`;
  const pods = `/api/v1/namespaces/large-${run}/pods`;
  return [
    {
      ...get('label selector: 10,000 terms', `${PODS}?labelSelector=${selector(times(10_000, (i) => `k${i}=v`))}`),
      before: large(run),
    },
    get(
      'label selector: 10,000 values',
      `${PODS}?labelSelector=${encodeURIComponent(`k in (${times(10_000, (i) => `v${i}`)})`)}`,
    ),
    get('label selector: 10,000 bad terms', `${PODS}?labelSelector=${selector(times(10_000, (i) => `k${i}=!`))}`),
    get('label selector: 60,000 commas', `${PODS}?labelSelector=${','.repeat(60_000)}`),
    get(
      'label selector: 10,000 terms, watch',
      `${PODS}?watch=true&timeoutSeconds=1&labelSelector=${selector(times(10_000, (i) => `k${i}!=v`))}`,
    ),
    get('field selector: 10,000 terms', `${PODS}?fieldSelector=${selector(times(10_000, () => 'status.phase!=Bad'))}`),
    get(
      'field selector: 10,000 fields that there are not',
      `${PODS}?fieldSelector=${selector(times(10_000, (i) => `f${i}=v`))}`,
    ),
    get('field selector: 80,000 backslashes', `${PODS}?fieldSelector=${'\\'.repeat(80_000)}`),
    get('a query of 200 kB', `${PODS}?${times(40_000, (i) => `a${i % 10}`).join('&')}`),
    get('a path of 200 kB', `${PODS}/${'a'.repeat(200_000)}`),
    get('continue token of 200 kB', `${PODS}?limit=1&continue=${'a'.repeat(200_000)}`),
    get('get of 40,000 keys', `${maps}/m0`),
    get('get of 40,000 keys, YAML', `${maps}/m0`, 'application/yaml'),
    get('get of 40,000 keys, protobuf', `${maps}/m0`, PROTOBUF),
    get('get of 40,000 keys, Table', `${maps}/m0`, TABLE),
    get('get of 2,000 containers, Table', `${pods}/p0`, TABLE),
    get('get of 2,000 containers, protobuf', `${pods}/p0`, PROTOBUF),
    get('list of 8 of 1 MB', maps),
    get('list of 8 of 1 MB, a page', `${maps}?limit=500`),
    get('list of 8 of 1 MB, Table', maps, TABLE),
    get('list of 8 of 1 MB, Table with objects', `${maps}?includeObject=Object`, TABLE),
    get('list of 8 of 1 MB, YAML', maps, 'application/yaml'),
    get('list of 8 of 1 MB, protobuf', maps, PROTOBUF),
    get('list of 8 pods of 1 MB, Table, a page', `${pods}?limit=500`, TABLE),
    get('list of 8 of 1 MB, gzip', `${maps}?limit=100`),
    get('watch of 8 of 1 MB', `${maps}?watch=true&timeoutSeconds=2`),
    get('watch of 8 of 1 MB, protobuf', `${maps}?watch=true&timeoutSeconds=2`, PROTOBUF),
    get('watch of 8 of 1 MB, Table', `${pods}?watch=true&timeoutSeconds=2`, TABLE),
    {
      title: 'create of 16,000 env, answered as Table',
      ...post(DEPLOYMENTS, () =>
        deployment(`tb-${run}`, { env: times(16_000, (i) => ({ name: `E${i}`, value: 'v' })) }),
      ),
      accept: TABLE,
    },
    {
      title: 'create of 40,000 keys, answered as YAML',
      ...post(MAPS, () => configMap(`ty-${run}`, { data: pairs(40_000, 'value') })),
      accept: 'application/yaml',
    },
    {
      title: 'create of 40,000 keys, answered as protobuf',
      ...post(MAPS, () => configMap(`tp-${run}`, { data: pairs(40_000, 'value') })),
      accept: PROTOBUF,
    },
    {
      title: 'delete options of 3 MB',
      ...post(`${MAPS}/none`, () => ({ kind: 'DeleteOptions', preconditions: { uid: 'x'.repeat(LIMIT - 100) } })),
      method: 'PUT',
    },
  ];
};
