/** Bodies of creates, as JSON. */
import {
  configMap,
  DEPLOYMENTS,
  deployment,
  type HostileRequest,
  LIMIT,
  MANY,
  MAPS,
  PODS,
  pairs,
  pod,
  post,
  postText,
  times,
} from './request.ts';

const long = 'x'.repeat(LIMIT - 2_000);

/** Of text that JSON.stringify would not make. */
const mapOf = (name: string, rest: string): string =>
  `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"},${rest}}`;
const repeated = (count: number, text: (index: number) => string): string => times(count, text).join(',');

const data = (run: string): HostileRequest[] => [
  {
    title: 'good data keys: 49,000',
    ...post(MAPS, () => configMap(`k-${run}`, { data: pairs(MANY, 'value') })),
  },
  { title: 'bad data keys: 49,000', ...post(MAPS, () => configMap('x', { data: pairs(MANY, 'v', 'bad/') })) },
  {
    title: 'unknown fields, Warn: 49,000',
    ...post(MAPS, () => configMap(`u-${run}`, pairs(MANY, 'v', 'unknown'))),
  },
  {
    title: 'unknown fields, Strict: 49,000',
    ...post(`${MAPS}?fieldValidation=Strict`, () => configMap('x', pairs(MANY, 'v', 'unknown'))),
  },
  {
    title: 'duplicate keys, Strict: 49,000 of one',
    ...postText(`${MAPS}?fieldValidation=Strict`, () => mapOf('x', `"data":{${repeated(MANY, () => '"a":"b"')}}`)),
  },
  {
    title: 'duplicate keys, Strict: one of 49,000',
    ...postText(`${MAPS}?fieldValidation=Strict`, () =>
      mapOf('x', `"data":{${repeated(MANY, (i) => `"key-${i}":"b"`)},"key-0":"c"}`),
    ),
  },
  {
    title: '__proto__ as a key: 49,000 times',
    ...postText(MAPS, () => mapOf(`p-${run}`, `"data":{${repeated(MANY, () => '"__proto__":"b"')}}`)),
  },
  {
    title: '__proto__ maps: 10,000 nested objects',
    ...postText(`${MAPS}?fieldValidation=Strict`, () =>
      mapOf('x', `${'"__proto__":{'.repeat(900)}"a":"b"${'}'.repeat(900)}`),
    ),
  },
  { title: 'nested arrays: 200,000', ...postText(MAPS, () => mapOf('x', `"data":${'['.repeat(200_000)}`)) },
  {
    title: 'nested arrays: 200,000, closed',
    ...postText(MAPS, () => mapOf('x', `"data":${'['.repeat(200_000)}${']'.repeat(200_000)}`)),
  },
  { title: 'one text of 3 MB', ...post(MAPS, () => configMap(`t-${run}`, { data: { a: long } })) },
  {
    title: 'one text of 3 MB, all escapes',
    ...postText(MAPS, () => mapOf(`e-${run}`, `"data":{"a":"${'\\u0001'.repeat(Math.floor(LIMIT / 6) - 200)}"}`)),
  },
  {
    title: 'one text of 3 MB, surrogates alone',
    ...postText(MAPS, () => mapOf(`s-${run}`, `"data":{"a":"${'\\ud800'.repeat(Math.floor(LIMIT / 6) - 200)}"}`)),
  },
  { title: 'one bad key of 3 MB', ...post(MAPS, () => configMap('x', { data: { [`${long}!`]: 'a' } })) },
  { title: 'a name of 3 MB', ...post(MAPS, () => configMap(`${long}!`)) },
  {
    title: 'a label of 3 MB',
    ...post(MAPS, () => configMap('x', { metadata: { name: 'x', labels: { [`a/${long}`]: long.slice(0, 10) } } })),
  },
  {
    title: 'a quantity of 3 MB',
    ...post(PODS, () =>
      pod('x', { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '1'.repeat(LIMIT - 2_000) } } }] }),
    ),
  },
  {
    title: 'base64 of 3 MB',
    ...post('/api/v1/namespaces/default/secrets', () => ({
      metadata: { name: `b-${run}` },
      data: { a: 'QUJD'.repeat(LIMIT / 4 - 200) },
    })),
  },
  {
    title: 'numbers over 2^53: 100,000',
    ...postText(MAPS, () => mapOf('x', `"data":[${repeated(100_000, () => '9007199254740993')}]`)),
  },
  {
    title: 'numbers over 2^53: 49,000',
    ...postText(MAPS, () => mapOf('x', `"data":[${repeated(MANY, () => '9007199254740993')}]`)),
  },
  { title: '3 MB of blanks', ...postText(MAPS, () => `${' '.repeat(LIMIT - 10)}{}`) },
  { title: '3 MB of quotes', ...postText(MAPS, () => '"'.repeat(LIMIT)) },
  {
    title: 'cut off at 3 MB',
    ...postText(MAPS, () =>
      mapOf('x', `"data":{${repeated(MANY, (i) => `"key-${i}":"${'x'.repeat(40)}"`)}`).slice(0, -2),
    ),
  },
];

const others = (run: string): HostileRequest[] => [
  {
    title: 'deployment: env: 20,000',
    ...post(DEPLOYMENTS, () => deployment(`d-${run}`, { env: times(20_000, (i) => ({ name: `E${i}`, value: 'v' })) })),
  },
  {
    title: 'deployment: selector, bad: 49,000',
    ...post(DEPLOYMENTS, () => ({
      metadata: { name: 'x' },
      spec: { selector: { matchExpressions: times(MANY, () => ({})) } },
    })),
  },
  {
    title: 'service: ports, bad: 49,000',
    ...post('/api/v1/namespaces/default/services', () => ({
      metadata: { name: 'x' },
      spec: { ports: times(MANY, () => ({})) },
    })),
  },
  {
    title: 'service: ports, one name: 12,000',
    ...post('/api/v1/namespaces/default/services', () => ({
      metadata: { name: `v${run}` },
      spec: { ports: times(12_000, () => ({ name: 'a', port: 1, targetPort: 'b' })) },
    })),
  },
  {
    title: 'role: rules, bad: 49,000',
    ...post('/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', () => ({
      metadata: { name: 'x' },
      rules: times(MANY, () => ({})),
    })),
  },
  {
    title: 'role binding: subjects, bad: 49,000',
    ...post('/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', () => ({
      ...{ metadata: { name: 'x' }, roleRef: {}, subjects: times(MANY, () => ({})) },
    })),
  },
  {
    title: 'ingress: rules, bad: 49,000',
    ...post('/apis/networking.k8s.io/v1/namespaces/default/ingresses', () => ({
      metadata: { name: 'x' },
      spec: { rules: times(MANY, () => ({ host: '!' })) },
    })),
  },
  {
    title: 'network policy: ports, bad: 49,000',
    ...post('/apis/networking.k8s.io/v1/namespaces/default/networkpolicies', () => ({
      metadata: { name: 'x' },
      spec: { podSelector: {}, ingress: [{ ports: times(MANY, () => ({ port: 0 })) }] },
    })),
  },
  {
    title: 'endpoint slice: endpoints, bad: 49,000',
    ...post('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', () => ({
      ...{ metadata: { name: 'x' }, addressType: 'IPv4', endpoints: times(MANY, () => ({ addresses: [] })), ports: [] },
    })),
  },
  {
    title: 'quota: hard, bad: 49,000',
    ...post('/api/v1/namespaces/default/resourcequotas', () => ({
      metadata: { name: 'x' },
      spec: { hard: pairs(MANY, '-1', 'bad!') },
    })),
  },
  {
    title: 'node: taints, bad: 49,000',
    ...post('/api/v1/nodes', () => ({
      metadata: { name: 'x' },
      spec: { taints: times(MANY, () => ({ key: 'a', effect: 'X' })) },
    })),
  },
  {
    title: 'SubjectAccessReview: groups: 49,000',
    ...post('/apis/authorization.k8s.io/v1/subjectaccessreviews', () => ({
      spec: {
        user: 'u',
        groups: times(MANY, (i) => `group-${i}`),
        resourceAttributes: { verb: 'get', resource: 'pods' },
      },
    })),
  },
  {
    title: 'SubjectAccessReview: extra: 49,000',
    ...post('/apis/authorization.k8s.io/v1/subjectaccessreviews', () => ({
      spec: {
        user: 'u',
        extra: Object.fromEntries(times(24_000, (i) => [`e${i}`, ['v']])),
        resourceAttributes: { verb: 'get', resource: 'pods' },
      },
    })),
  },
  {
    title: 'TokenReview: audiences: 49,000',
    ...post('/apis/authentication.k8s.io/v1/tokenreviews', () => ({
      spec: { token: 'a.b.c', audiences: times(MANY, (i) => `a${i}`) },
    })),
  },
  {
    title: 'TokenReview: a token of 3 MB',
    ...post('/apis/authentication.k8s.io/v1/tokenreviews', () => ({ spec: { token: `a.${long}.c` } })),
  },
];

export const hostileObjects = (run: string): readonly HostileRequest[] => [...data(run), ...others(run)];
