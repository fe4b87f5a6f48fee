/** What clients do wrong, and the Status that each gets. */
import { podManifest } from './manifests.ts';

export interface Mistake {
  readonly title: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly code: number;
  readonly reason: string;
  readonly message: RegExp;
}

export const PODS = '/api/v1/namespaces/default/pods';
export const json = { 'content-type': 'application/json' };
const yaml = { 'content-type': 'application/yaml' };
export const post = (body: unknown) => ({ method: 'POST', body: JSON.stringify(body), headers: json });
const pod = (name: string, spec?: object) => podManifest(name, 'default', spec);

const REQUESTS: readonly Mistake[] = [
  {
    ...{ title: 'malformed JSON', path: PODS, method: 'POST', body: '{"kind": "Pod",', headers: json },
    ...{ code: 400, reason: 'BadRequest', message: /unexpected end|invalid character/i },
  },
  {
    ...{ title: 'malformed YAML', path: PODS, method: 'POST', body: 'a: [b', headers: yaml },
    ...{ code: 400, reason: 'BadRequest', message: /yaml/i },
  },
  {
    ...{ title: 'a type that is wrong', path: PODS, ...post(pod('x', { containers: 'none' })) },
    ...{ code: 400, reason: 'BadRequest', message: /cannot unmarshal string into Go struct field PodSpec/ },
  },
  {
    ...{ title: 'an unknown field, strictly', path: `${PODS}?fieldValidation=Strict`, ...post(pod('x', { bogus: 1 })) },
    ...{ code: 400, reason: 'BadRequest', message: /strict decoding error: unknown field "spec.bogus"/ },
  },
  {
    ...{ title: 'an invalid name', path: PODS, ...post(pod('Not_A_Name')) },
    ...{ code: 422, reason: 'Invalid', message: /a lowercase RFC 1123 subdomain must consist of/ },
  },
  {
    ...{ title: 'a missing namespace', path: '/api/v1/namespaces/nowhere/pods' },
    ...post({ ...pod('x'), metadata: { name: 'x' } }),
    ...{ code: 404, reason: 'NotFound', message: /namespaces "nowhere" not found/ },
  },
  {
    ...{ title: 'an oversize body', path: PODS, ...post(pod('x', { hostname: 'x'.repeat(4 * 1024 * 1024) })) },
    ...{ code: 413, reason: 'RequestEntityTooLarge', message: /too large/i },
  },
  {
    ...{ title: 'nesting beyond reason', path: PODS, method: 'POST', headers: json },
    body: `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    ...{ code: 400, reason: 'BadRequest', message: /./ },
  },
  {
    ...{ title: 'an unknown kind', path: '/api/v1/namespaces/default/gadgets' },
    ...{ code: 404, reason: 'NotFound', message: /could not find the requested resource/ },
  },
  {
    ...{ title: 'an unknown subresource', path: '/api/v1/namespaces/default/configmaps/x/scale' },
    ...{ code: 404, reason: 'NotFound', message: /could not find the requested resource/ },
  },
  {
    ...{
      title: 'a resourceVersion from the future',
      path: `${PODS}?resourceVersion=999999999&resourceVersionMatch=NotOlderThan`,
    },
    ...{ code: 504, reason: 'Timeout', message: /Too large resource version/ },
  },
  {
    ...{ title: 'a resourceVersion that is no number', path: `${PODS}?resourceVersion=yesterday` },
    ...{ code: 400, reason: 'BadRequest', message: /resourceVersion/ },
  },
  {
    ...{ title: 'a label selector that does not parse', path: `${PODS}?labelSelector=a%20in%20(` },
    ...{ code: 400, reason: 'BadRequest', message: /unable to parse requirement/ },
  },
  {
    ...{ title: 'a field selector that the kind lacks', path: `${PODS}?fieldSelector=spec.color%3Dred` },
    ...{ code: 400, reason: 'BadRequest', message: /field label not supported: spec.color/ },
  },
  {
    ...{
      title: 'a patch of an unknown type',
      path: `${PODS}/x`,
      method: 'PATCH',
      body: '{}',
      headers: { 'content-type': 'text/plain' },
    },
    ...{ code: 415, reason: 'UnsupportedMediaType', message: /application\/strategic-merge-patch\+json/ },
  },
];

const invalid = (title: string, spec: object, message: RegExp): Mistake => ({
  ...{ title, path: PODS, ...post(pod('x', spec)), code: 422, reason: 'Invalid', message },
});
const container = (more: object): object => ({ containers: [{ name: 'c', image: 'i', ...more }] });
const labelled = (value: string): object => ({ ...pod('x'), metadata: { name: 'x', labels: { a: value } } });

const VALUES: readonly Mistake[] = [
  invalid('no containers', { containers: [] }, /spec\.containers: Required value/),
  invalid('no image', container({ image: '' }), /spec\.containers\[0\]\.image: Required value/),
  invalid('a port out of range', container({ ports: [{ containerPort: 70_000 }] }), /must be between 1 and 65535/),
  invalid('an unknown policy', { restartPolicy: 'Sometimes' }, /Unsupported value: "Sometimes": supported values/),
  invalid(
    'a request over its limit',
    container({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
    /must be less than or equal to cpu limit/,
  ),
  invalid('a negative amount', container({ resources: { limits: { cpu: '-1' } } }), /greater than or equal to 0/),
  {
    ...{ title: 'a label value with spaces', path: PODS, ...post(labelled('b c')) },
    ...{ code: 422, reason: 'Invalid', message: /metadata\.labels: Invalid value: "b c": a valid label must be/ },
  },
  {
    ...{ title: 'an account that is not there', path: PODS, ...post(pod('x', { serviceAccountName: 'nobody' })) },
    ...{ code: 403, reason: 'Forbidden', message: /error looking up service account default\/nobody: serviceaccount/ },
  },
  {
    ...{ title: 'a runtime class that is not there', path: PODS, ...post(pod('x', { runtimeClassName: 'none' })) },
    ...{ code: 403, reason: 'Forbidden', message: /RuntimeClass "none" not found/ },
  },
  {
    ...{ title: 'a priority class that is not there', path: PODS, ...post(pod('x', { priorityClassName: 'none' })) },
    ...{ code: 403, reason: 'Forbidden', message: /no PriorityClass with name none was found/ },
  },
];

const sent = (title: string, body: string, message: RegExp, headers = json): Mistake => ({
  ...{ title, path: PODS, method: 'POST', body, headers, code: 400, reason: 'BadRequest', message },
});
const patch = (type: string, body: unknown) => ({
  ...{ path: '/api/v1/namespaces/default', method: 'PATCH', body: JSON.stringify(body) },
  headers: { 'content-type': `application/${type}` },
});
/** Nine to the power of ten strings. */
const BOMB = [...'abcdefghij']
  .map((name, i, all) => `${name}: &${name} [${Array(9).fill(i === 0 ? 'x' : `*${all[i - 1]}`)}]`)
  .join('\n');

const BODIES: readonly Mistake[] = [
  sent('an empty body', '', /unexpected end of JSON input/),
  sent('null', 'null', /cannot unmarshal null/),
  sent('a list', '[]', /cannot unmarshal array/),
  sent('a body nested without end', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, /exceeded max depth/),
  sent('an alias bomb', BOMB, /error converting YAML to JSON/, yaml),
  sent('another kind', '{"kind":"Node","apiVersion":"v1"}', /cannot be handled as a Pod/),
  sent('another version', '{"kind":"Pod","apiVersion":"v2"}', /does not match the expected API version \(v1\)/),
  {
    ...{ title: 'a key twice, strictly', path: `${PODS}?fieldValidation=Strict`, method: 'POST', headers: json },
    ...{ body: '{"spec":{"hostname":"a","hostname":"b"}}', code: 400, reason: 'BadRequest' },
    message: /strict decoding error: duplicate field "spec\.hostname"/,
  },
  {
    ...{ title: 'a JSON patch with an unknown operation', ...patch('json-patch+json', [{ op: 'merge', path: '/a' }]) },
    ...{ code: 422, reason: 'Invalid', message: /the server rejected our request due to an error in our request/ },
  },
  {
    ...{ title: 'a JSON patch that is no list', ...patch('json-patch+json', { op: 'add' }) },
    ...{ code: 400, reason: 'BadRequest', message: /cannot unmarshal object into Go value/ },
  },
  {
    ...{ title: 'an apply without a manager', ...patch('apply-patch+yaml', { apiVersion: 'v1', kind: 'Namespace' }) },
    ...{ code: 422, reason: 'Invalid', message: /fieldManager: Required value: is required for apply patch/ },
  },
];

const query = (title: string, text: string, code: number, message: RegExp, method = 'GET'): Mistake => ({
  ...{ title, path: `${PODS}${text}`, method, code, reason: code === 400 ? 'BadRequest' : 'Invalid', message },
});

const QUERIES: readonly Mistake[] = [
  query('a limit that is no number', '?limit=ten', 400, /ten/),
  query('a token of no list', '?continue=bogus', 400, /continue key is not valid/),
  query('an unknown match of versions', '?resourceVersion=1&resourceVersionMatch=Newest', 422, /"Newest"/),
  query('a watch from no version', '?watch=true&resourceVersion=abc', 400, /strconv\.ParseUint: parsing "abc"/),
  query('an unknown dry run', '/x?dryRun=Some', 422, /dryRun: Unsupported value/, 'DELETE'),
  query('an unknown policy of deletion', '/x?propagationPolicy=Up', 422, /Unsupported value: "Up"/, 'DELETE'),
  {
    ...{ title: 'a kind that is not there', path: '/apis/apps/v1/gadgets', code: 404, reason: 'NotFound' },
    message: /the server could not find the requested resource/,
  },
  {
    ...{ title: 'a method that is not there', path: '/api/v1/namespaces', method: 'DELETE', code: 405 },
    ...{ reason: 'MethodNotAllowed', message: /does not allow this method on the requested resource/ },
  },
  {
    ...{ title: 'an answer that is not there', path: PODS, headers: { accept: 'text/html' }, code: 406 },
    ...{ reason: 'NotAcceptable', message: /only the following media types are accepted: application\/json/ },
  },
];

export const MISTAKES: readonly Mistake[] = [...REQUESTS, ...VALUES, ...BODIES, ...QUERIES];
