import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { AnswerView } from '../../../test/support/answer-view.ts';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { pod } from '../../../test/support/registry-fixture.ts';
import { type ForwardedConnection, RuntimeError } from '../../runtimes/runtime.ts';

const NAMESPACE = '/api/v1/namespaces/default';
const authorization = `Bearer ${TOKEN}`;

let api: ApiFixture;
let backend: Server;
let origin: string;
/** Of the pod, which tells what it was asked, or a Status. */
type Echo = AnswerView & { headers: Record<string, string>; url: string };
type Answer = Omit<Response, 'json'> & { json(): Promise<Echo> };
let fetchApi: (path: string, init?: RequestInit) => Promise<Answer>;
let asked: { uid: string; port: number }[];
let handle: (request: IncomingMessage, response: ServerResponse) => void;

/** The pod's port 8080 is a real server; nothing listens elsewhere. */
async function portForward(uid: string, port: number, { input, output }: ForwardedConnection): Promise<void> {
  asked.push({ uid, port });
  if (port !== 8080) {
    throw new RuntimeError('Unavailable', 'connection refused');
  }
  const socket = connect((backend.address() as AddressInfo).port, '127.0.0.1');
  const send = async (): Promise<void> => {
    for await (const chunk of input) {
      socket.write(chunk);
    }
    socket.end();
  };
  void send();
  for await (const chunk of socket) {
    await output(chunk as Buffer);
  }
}

/** Says what arrived. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  const { method, url, headers } = request;
  response.setHeader('x-mine', 'yes').end(JSON.stringify({ method, url, headers, body }));
}

async function createPod(name: string, status: object, spec: object = {}): Promise<void> {
  const containers = [{ name: 'main', image: 'i', ports: [{ containerPort: 8080 }] }];
  await api.registry.create('pods', 'default', pod(name, { nodeName: 'n', containers, ...spec }));
  await api.registry.updateStatus('pods', 'default', name, { ...pod(name), status });
}

beforeEach(async () => {
  asked = [];
  handle = echo;
  backend = createServer((request, response) => handle(request, response)).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  api = await apiFixture({ portForward });
  await api.registry.create('nodes', '', {
    metadata: { name: 'n', annotations: { 'fleet.flotilla.dev/runtime': 'simulated' } },
  });
  await createPod('p', { podIPs: [{ ip: '10.0.0.1' }], podIP: '10.0.0.1' });
  const listening = await api.listen();
  origin = listening.origin;
  fetchApi = (path, init = {}) =>
    fetch(origin + path, {
      ...{ redirect: 'manual', dispatcher: listening.dispatcher },
      ...init,
      headers: { authorization, ...(init.headers as Record<string, string>) },
    } as RequestInit) as Promise<Answer>;
});
afterEach(async () => {
  await api.close();
  backend.closeAllConnections();
  backend.close();
});

describe('the proxy to a pod', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'hands on %s with path, query and body',
    async (method) => {
      const body = method === 'GET' || method === 'OPTIONS' ? undefined : 'a body';
      const init = { method, headers: { 'x-theirs': '1' }, ...(body === undefined ? {} : { body }) };
      const answer = await fetchApi(`${NAMESPACE}/pods/p/proxy/a%20b//c?x=1&x=%2F&y`, init);
      expect(answer.headers.get('x-mine')).toBe('yes');
      expect(await answer.json()).toMatchObject({
        ...{ method, url: '/a%20b//c?x=1&x=%2F&y', body: body ?? '' },
        headers: {
          'x-theirs': '1',
          'x-forwarded-uri': `${NAMESPACE}/pods/p/proxy/a%20b//c`,
          'x-forwarded-proto': 'https',
          'x-forwarded-host': new URL(origin).host,
        },
      });
      const { uid } = await api.registry.get('pods', 'default', 'p');
      expect(asked).toEqual([{ uid, port: 8080 }]);
    },
  );

  it('answers HEAD with headers alone, and any code as it is', async () => {
    handle = (_request, response) => response.writeHead(418, { 'content-length': '5' }).end('short');
    const head = await fetchApi(`${NAMESPACE}/pods/p/proxy/`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([418, '5', '']);
    expect(await (await fetchApi(`${NAMESPACE}/pods/p/proxy/`)).text()).toBe('short');
  });

  it('sends bodies on as they come, and answers as they come', async () => {
    const digest = createHash('sha256');
    handle = async (request, response) => {
      response.write('begun ');
      for await (const chunk of request) {
        digest.update(chunk as Buffer);
      }
      response.end('done');
    };
    const bytes = Buffer.alloc(5 * 1024 * 1024, 'flotilla');
    const answer = await fetchApi(`${NAMESPACE}/pods/p/proxy/up`, { method: 'PUT', body: bytes });
    expect(await answer.text()).toBe('begun done');
    expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('redirects to the path with a slash, from where it then asks for /', async () => {
    const answer = await fetchApi(`${NAMESPACE}/pods/p/proxy?x=1`);
    expect([answer.status, answer.headers.get('location')]).toEqual([301, `${NAMESPACE}/pods/p/proxy/?x=1`]);
    expect(await (await fetchApi(`${NAMESPACE}/pods/p/proxy/`)).json()).toMatchObject({ url: '/' });
  });

  it('takes another port, and says when nothing answers there', async () => {
    expect((await fetchApi(`${NAMESPACE}/pods/p:8080/proxy/x`)).status).toBe(200);
    expect((await fetchApi(`${NAMESPACE}/pods/http:p:8080/proxy/x`)).status).toBe(200);
    const answer = await fetchApi(`${NAMESPACE}/pods/p:81/proxy/x`, { method: 'POST', body: 'b' });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      ...{ kind: 'Status', reason: 'ServiceUnavailable' },
      message: 'error trying to reach service: dial tcp 10.0.0.1:81: connect: connection refused',
    });
  });

  it('says when the backend breaks off', async () => {
    handle = (request) => request.socket.destroy();
    const answer = await fetchApi(`${NAMESPACE}/pods/p/proxy/x`);
    expect(answer.status).toBe(503);
    expect((await answer.json()).message).toBe('error trying to reach service: socket hang up');
  });

  it.each([
    ['p:http', 503, 'error trying to reach service: dial tcp: lookup tcp/http: unknown port'],
    ['p:99999', 503, 'error trying to reach service: dial tcp: lookup tcp/99999: unknown port'],
    ['gopher:p:1', 400, 'invalid pod request "gopher:p:1"'],
    ['http:p:1:2', 400, 'invalid pod request "http:p:1:2"'],
    ['nobody', 404, 'pods "nobody" not found'],
    ['pending', 400, 'address not allowed'],
    ['local', 400, 'address not allowed'],
    ['metadata', 400, 'address not allowed'],
  ])('%s: %i %s', async (name, code, message) => {
    await createPod('pending', {});
    await createPod('local', { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] });
    await createPod('metadata', { podIP: '169.254.169.254', podIPs: [{ ip: '169.254.169.254' }] });
    const answer = await fetchApi(`${NAMESPACE}/pods/${name}/proxy/`);
    expect([answer.status, (await answer.json()).message]).toEqual([code, message]);
    expect(asked).toEqual([]);
  });

  it('gives the pod no credentials and none of our cookies, nor takes any from it', async () => {
    handle = (request, response) => {
      response.setHeader('set-cookie', ['flotilla_token=theirs; Path=/', 'own=1']);
      response.setHeader('access-control-allow-origin', '*');
      void echo(request, response);
    };
    const answer = await fetchApi(`${NAMESPACE}/pods/p/proxy/`, {
      headers: { cookie: `a=1; flotilla_token=${TOKEN}; b=2`, 'impersonate-user': 'x' },
    });
    const { headers } = await answer.json();
    expect(headers).toMatchObject({ cookie: 'a=1; b=2' });
    expect(JSON.stringify(headers)).not.toContain(TOKEN);
    expect(headers['impersonate-user']).toBeUndefined();
    expect(answer.headers.getSetCookie()).toEqual(['own=1']);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox /);
  });

  it('is no way in without credentials', async () => {
    const answer = await fetchApi(`${NAMESPACE}/pods/p/proxy/`, { headers: { authorization: 'Bearer other' } });
    expect(answer.status).toBe(401);
    expect(asked).toEqual([]);
  });

  it('keeps redirects of the pod below its path', async () => {
    const to = async (location: string) => {
      handle = (_request, response) => response.writeHead(302, { location }).end();
      return (await fetchApi(`${NAMESPACE}/pods/p/proxy/x`)).headers.get('location');
    };
    expect(await to('/login?a=1')).toBe(`${NAMESPACE}/pods/p/proxy/login?a=1`);
    expect(await to('http://10.0.0.1:8080/login')).toBe(`${NAMESPACE}/pods/p/proxy/login`);
    expect(await to('next')).toBe('next');
    expect(await to('https://example.com/x')).toBe('https://example.com/x');
  });

  it('ends what it started when the client goes away', async () => {
    const gone = new Promise<void>((resolve) => {
      handle = (request, response) => {
        response.write('first');
        request.socket.on('close', () => resolve());
      };
    });
    const leave = new AbortController();
    const answer = await fetchApi(`${NAMESPACE}/pods/p/proxy/`, { signal: leave.signal });
    await answer.body?.getReader().read();
    leave.abort();
    await gone;
  });

  it('hands an upgrade on: a WebSocket of the pod', async () => {
    const { WebSocketServer } = await import('ws');
    const sockets = new WebSocketServer({ server: backend });
    sockets.on('connection', (socket, request) => {
      socket.send(`${request.url} ${request.headers.authorization ?? 'no credentials'}`);
      socket.on('message', (data) => socket.send(`<${data}>`));
    });
    const url = `${origin.replace('https', 'wss')}${NAMESPACE}/pods/p/proxy/socket?q=1`;
    const client = new WebSocket(url, { ca: api.ca, headers: { authorization } });
    const [hello] = await once(client, 'message');
    expect(String(hello)).toBe('/socket?q=1 no credentials');
    client.send('ping');
    const [pong] = await once(client, 'message');
    expect(String(pong)).toBe('<ping>');
    client.close();
    await once(client, 'close');
    const refused = new WebSocket(url.replace('/p/', '/p:81/'), { ca: api.ca, headers: { authorization } });
    const [, response] = (await once(refused, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(503);
    response.resume();
  });
});

describe('the proxy to a service', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } };
  const ref = (name: string) => ({ kind: 'Pod', namespace: 'default', name });
  const subset = (addresses: object[], ports: object[] = [{ name: 'web', port: 8080 }]) => ({ addresses, ports });
  const endpoints = (...subsets: object[]) =>
    api.registry.create('endpoints', 'default', { metadata: { name: 's' }, subsets });
  beforeEach(async () => {
    const spec = { ports: [{ name: 'web', port: 80, targetPort: 8080 }] };
    await api.registry.create('services', 'default', { ...service, spec });
  });
  const ask = async (id: string): Promise<[number, string]> => {
    const answer = await fetchApi(`${NAMESPACE}/services/${id}/proxy/x?y=1`);
    const { message, url } = await answer.json();
    return [answer.status, message ?? url];
  };

  it.each(['s:web', 's:80', 'http:s:80'])('reaches a ready pod of it by %s', async (id) => {
    await endpoints(subset([{ ip: '10.0.0.1', targetRef: ref('p') }]));
    expect(await ask(id)).toEqual([200, '/x?y=1']);
  });

  it('skips addresses that are none of the pod they name', async () => {
    const stale = { ip: '10.0.0.9', targetRef: ref('p') };
    await endpoints(subset([stale, { ip: '10.0.0.1' }, { ip: '10.0.0.2', targetRef: ref('gone') }]));
    expect(await ask('s:web')).toEqual([503, 'no endpoints available for service "s"']);
    await api.registry.update('endpoints', 'default', 's', {
      metadata: { name: 's' },
      subsets: [subset([stale, { ip: '10.0.0.1', targetRef: ref('p') }])],
    });
    expect(await ask('s:web')).toEqual([200, '/x?y=1']);
  });

  it('says why it cannot', async () => {
    expect(await ask('s:web')).toEqual([404, 'endpoints "s" not found']);
    await endpoints();
    expect(await ask('s:web')).toEqual([503, 'no endpoints available for service "s"']);
    expect(await ask('s')).toEqual([503, 'no endpoints available for service "s"']);
    expect(await ask('s:81')).toEqual([503, 'no service port 81 found for service "s"']);
    expect(await ask('ftp:s:80')).toEqual([400, 'invalid service request "ftp:s:80"']);
    expect(await ask('none:80')).toEqual([404, 'services "none" not found']);
  });
});
