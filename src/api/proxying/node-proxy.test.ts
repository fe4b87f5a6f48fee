import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { pod } from '../../../test/support/registry-fixture.ts';
import type { LogOptions } from '../../runtimes/runtime.ts';

const NODES = '/api/v1/nodes';
let api: ApiFixture;
let read: string[];
let logged: LogOptions[];

beforeEach(async () => {
  read = [];
  logged = [];
  const pages: Record<string, string> = { healthz: 'ok', 'stats/summary': '{"node":{}}' };
  api = await apiFixture({
    async *logs(_uid, container, options) {
      logged.push(options);
      yield Buffer.from(`${container}: a line\n`);
    },
    nodePages: {
      dialError: () => undefined,
      async read(node, path) {
        read.push(`${node} ${path}`);
        const text = Object.hasOwn(pages, path) ? pages[path] : undefined;
        return text === undefined ? undefined : { contentType: 'text/plain', text };
      },
    },
  });
  const annotations = { 'fleet.flotilla.dev/runtime': 'simulated' };
  await api.registry.create('nodes', '', { metadata: { name: 'n', annotations } });
  await api.registry.create('nodes', '', { metadata: { name: 'other', annotations } });
  await api.registry.create('pods', 'default', pod('p', { nodeName: 'n' }));
  const running = { name: 'main', image: 'i', imageID: '', ready: true, restartCount: 0, state: { running: {} } };
  await api.registry.updateStatus('pods', 'default', 'p', { ...pod('p'), status: { containerStatuses: [running] } });
});
afterEach(() => api.close());

const ask = async (path: string, method = 'GET'): Promise<[number, string]> => {
  const { code, text } = await api.call(method, `${NODES}/${path}`);
  return [code, text.startsWith('{"kind":"Status"') ? JSON.parse(text).message : text];
};

describe('the proxy to a node', () => {
  it.each(['n/proxy/healthz', 'n/proxy/healthz/', 'n:10250/proxy/healthz', 'https:n:10250/proxy/healthz'])(
    'hands out the pages of its kubelet: %s',
    async (path) => {
      expect(await ask(path)).toEqual([200, 'ok']);
      expect(read).toEqual(['n healthz']);
    },
  );

  it('takes paths apart as they are, and knows nothing beside the pages', async () => {
    expect(await ask('n/proxy/stats/summary')).toEqual([200, '{"node":{}}']);
    expect((await ask('n/proxy/stats/nothing'))[0]).toBe(404);
    expect((await ask('n/proxy/..%2Fhealthz'))[0]).toBe(404);
    expect((await ask('n/proxy/healthz', 'POST'))[0]).toBe(405);
    expect((await api.call('HEAD', `${NODES}/n/proxy/healthz`)).code).toBe(200);
  });

  it('redirects to the path with a slash', async () => {
    const { code, headers } = await api.call('GET', `${NODES}/n/proxy?x=1`);
    expect([code, headers['location']]).toEqual([301, `${NODES}/n/proxy/?x=1`]);
  });

  it.each([
    ['nobody/proxy/healthz', 404, 'nodes "nobody" not found'],
    ['n:9100/proxy/x', 503, 'error trying to reach service: dial tcp n:9100: connect: connection refused'],
    ['ftp:n:10250/proxy/x', 400, 'invalid node request "ftp:n:10250"'],
  ])('%s: %i %s', async (path, code, message) => {
    expect(await ask(path)).toEqual([code, message]);
    expect(read).toEqual([]);
  });

  it('reads logs of the containers on it', async () => {
    // Over a real socket: an injected request does not see the end of a response that left Fastify's hands.
    const { origin, dispatcher } = await api.listen();
    const url = `${origin}${NODES}/n/proxy/containerLogs/default/p/main?tailLines=5&timestamps=true`;
    const { statusCode, body } = await request(url, { dispatcher, headers: { authorization: `Bearer ${TOKEN}` } });
    expect([statusCode, await body.text()]).toEqual([200, 'main: a line\n']);
    expect(logged).toMatchObject([{ tailLines: 5, timestamps: true }]);
    expect((await ask('n/proxy/containerLogs/default/p/main?tailLines=-1'))[0]).toBe(422);
  });

  it.each([
    ['other/proxy/containerLogs/default/p/main', 404, /^pod "p" does not exist$/],
    ['n/proxy/containerLogs/default/q/main', 404, /^pod "q" does not exist$/],
    ['n/proxy/containerLogs/default/p/side', 404, /^container "side" not found in pod "p"$/],
    ['n/proxy/containerLogs/default/p/..%2F..%2Fmain', 400, /^not a namespace, a pod and a container/],
    ['n/proxy/containerLogs/..%2F/p/main', 400, /^not a namespace, a pod and a container/],
    ['n/proxy/containerLogs/default/p/main/more', 400, /too many parts$/],
    ['n/proxy/containerLogs/default/p', 400, /^not a namespace, a pod and a container/],
  ])('%s: %i', async (path, code, message) => {
    expect(await ask(path)).toEqual([code, expect.stringMatching(message)]);
    expect(logged).toEqual([]);
  });

  it.each([
    ['POST', 'run/default/p/main?cmd=id', 'Debug endpoints are disabled.'],
    ['GET', 'exec/default/p/main?command=id', 'Debug endpoints are disabled.'],
    ['POST', 'attach/default/p/main', 'Debug endpoints are disabled.'],
    ['POST', 'portForward/default/p', 'Debug endpoints are disabled.'],
    ['GET', 'logs/', 'logs endpoint is disabled.'],
    ['GET', 'logs/..%2F..%2Fetc%2Fpasswd', 'logs endpoint is disabled.'],
    ['GET', 'debug/pprof/profile', 'profiling endpoint is disabled.'],
    ['PUT', 'debug/flags/v', 'flags endpoint is disabled.'],
  ])('%s %s: as a kubelet without debugging', async (method, path, words) => {
    const { code, text, headers } = await api.call(method, `${NODES}/n/proxy/${path}`);
    expect([code, text, headers['content-type']]).toEqual([405, `${words}\n`, 'text/plain; charset=utf-8']);
  });

  it('says why it takes no checkpoint', async () => {
    const [code, message] = await ask('n/proxy/checkpoint/default/p/main', 'POST');
    expect([code, message]).toEqual([404, expect.stringMatching(/^checkpointing of default\/p\/main failed: /)]);
    expect((await ask('n/proxy/checkpoint/default/..%2Fp/main', 'POST'))[0]).toBe(400);
  });
});
