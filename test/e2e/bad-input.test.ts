/** Each mistake gets the Status that Kubernetes gives, and changes nothing. */
import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'undici';
import { beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { podManifest } from '../support/manifests.ts';
import { until } from '../support/until.ts';

interface Status {
  kind: string;
  status: string;
  reason: string;
  code: number;
  message: string;
}
interface Mistake {
  readonly title: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly code: number;
  readonly reason: string;
  readonly message: RegExp;
}

const PODS = '/api/v1/namespaces/default/pods';
const json = { 'content-type': 'application/json' };
const yaml = { 'content-type': 'application/yaml' };
const post = (body: unknown) => ({ method: 'POST', body: JSON.stringify(body), headers: json });
const pod = (name: string, spec?: object) => podManifest(name, 'default', spec);

const MISTAKES: readonly Mistake[] = [
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

describe.skipIf(missing !== undefined)(modeTitle('bad input'), () => {
  const flotilla = useFlotilla({ args: ['--empty'] });
  const revision = async (): Promise<string> => {
    const answer = JSON.parse((await flotilla().request(PODS)).text) as { metadata: { resourceVersion: string } };
    return answer.metadata.resourceVersion;
  };

  // The last that a start writes: from then on nothing changes by itself.
  beforeAll(async () => {
    await until(async () => {
      const accounts = JSON.parse((await flotilla().request('/api/v1/serviceaccounts')).text) as { items: object[] };
      const namespaces = JSON.parse((await flotilla().request('/api/v1/namespaces')).text) as { items: object[] };
      return accounts.items.length === namespaces.items.length;
    });
  });

  it.each(MISTAKES)('$title: $code $reason', async ({ path, code, reason, message, ...init }) => {
    const before = await revision();
    const answer = await flotilla().request(path, init);
    const status = JSON.parse(answer.text) as Status;
    expect(status).toMatchObject({ kind: 'Status', status: 'Failure', reason, code });
    expect(answer.status).toBe(code);
    expect(status.message).toMatch(message);
    expect(await revision()).toBe(before);
  });

  it.each(['wrong', '', 'x'.repeat(5_000)])('a wrong token (%#): 401 Unauthorized', async (token) => {
    const { server, ca } = await flotilla().access();
    const { Agent } = await import('undici');
    const dispatcher = new Agent({ connect: { ca } });
    const answer = await plainRequest(`${server}${PODS}`, {
      dispatcher,
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.statusCode).toBe(401);
    expect(await answer.body.json()).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
    await dispatcher.close();
  });

  describe('an old resourceVersion', () => {
    let stale: string;
    const config = '/api/v1/namespaces/default/configmaps';
    const update = (resourceVersion: string, value: string) =>
      flotilla().request(`${config}/versions`, {
        ...{ method: 'PUT', headers: json },
        body: JSON.stringify({ metadata: { name: 'versions', resourceVersion }, data: { value } }),
      });
    beforeAll(async () => {
      const made = await flotilla().request(config, post({ metadata: { name: 'versions' }, data: { value: '1' } }));
      stale = (JSON.parse(made.text) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
      expect((await update(stale, '2')).status).toBe(200);
    });

    it('conflicts on update and leaves the object alone', async () => {
      const answer = await update(stale, '3');
      expect(JSON.parse(answer.text)).toMatchObject({ reason: 'Conflict', code: 409 });
      expect(JSON.parse((await flotilla().request(`${config}/versions`)).text)).toMatchObject({ data: { value: '2' } });
    });
  });

  it('never writes the token into its output or log', async () => {
    const { token } = await flotilla().access();
    expect(flotilla().output).not.toContain(token);
    const log = await readFile(`${flotilla().home}/flotilla.log`, 'utf8').catch(() => '');
    expect(log).not.toContain(token);
  });
});
