import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { allowAuthenticated } from '../../auth/allow-authenticated.ts';

const PODS = '/api/v1/namespaces/default/pods';
const POD = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const cookie = `theme=dark; flotilla_token=${TOKEN}`;
/** Replaces the fixture's bearer header. */
const only = (headers: Record<string, string>) => ({ authorization: '', ...headers });

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

describe('authentication', () => {
  it.each([
    ['no credentials', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('%s is 401', async (_, headers) => {
    const answer = await api.call('GET', PODS, undefined, only(headers));
    expect(answer.json).toMatchObject({ kind: 'Status', message: 'Unauthorized', reason: 'Unauthorized', code: 401 });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it.each(['/livez', '/readyz', '/version'])('%s needs none', async (path) => {
    expect((await api.call('GET', path, undefined, only({}))).code).toBe(200);
  });

  it.each(['/', '/healthz', '/livez/ping', '/api', '/apis', '/openapi/v3', '/docs', '/dashboard/', '/nowhere', PODS])(
    '%s needs them',
    async (path) => {
      expect((await api.call('GET', path, undefined, only({}))).code).toBe(401);
    },
  );

  it('shows a browser how to sign in', async () => {
    const answer = await api.call('GET', '/dashboard/', undefined, only({ accept: 'text/html,*/*;q=0.8' }));
    expect(answer.code).toBe(401);
    expect(answer.headers['content-type']).toContain('text/html');
  });

  it('answers 429 after many failures, and still lets the right token in', async () => {
    const codes: number[] = [];
    for (let i = 0; i < 101; i += 1) {
      codes.push((await api.call('GET', PODS, undefined, only({ authorization: 'Bearer wrong' }))).code);
    }
    expect(codes.slice(0, 100).every((code) => code === 401)).toBe(true);
    const limited = await api.call('GET', PODS, undefined, only({ authorization: 'Bearer wrong' }));
    expect(limited.json).toMatchObject({ reason: 'TooManyRequests', code: 429 });
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await api.call('GET', PODS)).code).toBe(200);
  });
});

describe('the cookie', () => {
  it.each([
    ['our own page', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a typed address', { 'sec-fetch-site': 'none' }, 200],
    ['our Origin', { host: 'localhost:1', origin: 'https://localhost:1' }, 200],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 401],
    ['another port', { 'sec-fetch-site': 'same-site' }, 401],
    ['another Origin', { host: 'localhost:1', origin: 'https://evil.example' }, 401],
    ['nobody knows', {}, 401],
  ])('for reading, from %s', async (_, headers, code) => {
    expect((await api.call('GET', PODS, undefined, only({ cookie, ...headers }))).code).toBe(code);
  });

  it.each([
    ['our own page', { 'sec-fetch-site': 'same-origin' }, 201],
    ['our Origin', { host: 'localhost:1', origin: 'https://localhost:1' }, 201],
    ['a typed address', { 'sec-fetch-site': 'none' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another Origin that claims to be ours', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, 403],
    ['nobody knows', {}, 403],
  ])('for writing, from %s', async (_, headers, code) => {
    expect((await api.call('POST', PODS, POD, only({ cookie, ...headers }))).code).toBe(code);
  });
});

describe('authorization', () => {
  it.each([
    [
      'GET',
      PODS,
      'pods is forbidden: User "admin" cannot list resource "pods" in API group "" in the namespace "default": no',
    ],
    [
      'GET',
      `${PODS}/x/log`,
      'pods "x" is forbidden: User "admin" cannot get resource "pods/log" in API group "" in the namespace "default": no',
    ],
    [
      'DELETE',
      '/api/v1/nodes/n',
      'nodes "n" is forbidden: User "admin" cannot delete resource "nodes" in API group "" at the cluster scope: no',
    ],
    [
      'POST',
      '/apis/apps/v1/namespaces/a/deployments',
      'deployments.apps is forbidden: User "admin" cannot create resource "deployments" in API group "apps" in the namespace "a": no',
    ],
    ['GET', '/docs', 'forbidden: User "admin" cannot get path "/docs": no'],
    ['GET', '/no/such/path', 'forbidden: User "admin" cannot get path "/no/such/path": no'],
  ])('%s %s', async (method, path, message) => {
    const strict = await apiFixture({
      authorizer: { ...allowAuthenticated, authorize: async () => ({ allowed: false, reason: 'no' }) },
    });
    const answer = await strict.call(method, path);
    expect(answer.json).toMatchObject({ reason: 'Forbidden', code: 403, message });
    await strict.close();
  });
});

describe('a socket', () => {
  async function connect(protocols: string[], headers: Record<string, string>): Promise<number | string> {
    const { origin } = await api.listen();
    const url = `${origin.replace('https', 'wss')}${PODS}?watch=true`;
    const socket = new WebSocket(url, protocols, { ca: api.ca, headers });
    const outcome = await new Promise<number | string>((resolve) => {
      socket.on('open', () => resolve(socket.protocol));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => resolve('error'));
    });
    socket.terminate();
    return outcome;
  }
  const carrier = `base64url.bearer.authorization.k8s.io.${Buffer.from(TOKEN).toString('base64url')}`;
  const bearer = { authorization: `Bearer ${TOKEN}` };

  it.each<[string, string[], Record<string, string>, number | string]>([
    ['a header', [], bearer, ''],
    ['a subprotocol, and answers with the other one', [carrier, 'base64.binary.k8s.io'], {}, 'base64.binary.k8s.io'],
    ['a subprotocol alone: nothing to answer with', [carrier], {}, 401],
    ['nothing', [], {}, 401],
    ['a header from a proxy with a page of its own', [], { ...bearer, origin: 'https://headlamp.example' }, ''],
    ['a foreign page', [], { cookie, origin: 'https://evil.example' }, 403],
    ['a foreign page without a token', [], { origin: 'https://evil.example' }, 403],
    ['a foreign page that sends a password', [], { authorization: 'Basic eDp5', origin: 'https://evil.example' }, 403],
    ['a foreign page with the token', [carrier, 'x'], { origin: 'https://evil.example' }, 403],
    ['a cookie without an Origin', [], { cookie }, 403],
  ])('with %s', async (_, protocols, headers, expected) => {
    expect(await connect(protocols, headers)).toBe(expected);
  });

  it('is refused where none is served', async () => {
    const { origin } = await api.listen();
    const socket = new WebSocket(`${origin.replace('https', 'wss')}/version`, { ca: api.ca, headers: bearer });
    const code = await new Promise((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.on('error', resolve);
    });
    expect(code).toBe(400);
  });
});
