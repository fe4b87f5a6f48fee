import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { until } from '../../../test/support/until.ts';
import { createMetrics } from './create-metrics.ts';
import { routeLabels } from './route-labels.ts';

const PODS = '/api/v1/namespaces/default/pods';
let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

const scrape = async (): Promise<string> => (await api.call('GET', '/metrics')).text;
const total = (verb: string, more: string): string =>
  `apiserver_request_total{verb="${verb}",group="",version="v1",resource="pods",subresource="",${more}} 1`;

it('counts and times requests by verb, resource, scope and code', async () => {
  await api.call('GET', PODS);
  await api.call('GET', '/api/v1/pods');
  await api.call('GET', `${PODS}/nobody`);
  const text = await scrape();
  expect(text).toContain(total('LIST', 'scope="namespace",code="200"'));
  expect(text).toContain(total('LIST', 'scope="cluster",code="200"'));
  expect(text).toContain(total('GET', 'scope="resource",code="404"'));
  expect(text).toContain(
    'apiserver_request_duration_seconds_count{verb="GET",group="",version="v1",resource="pods",subresource="",scope="resource"} 1',
  );
  expect(text).toContain('apiserver_current_inflight_requests{request_kind="readOnly"} 1');
});

it('makes no series of names: not of objects, not of paths that there are none of', async () => {
  for (let n = 0; n < 20; n += 1) {
    await api.call('GET', `${PODS}/pod-${n}`);
    await api.call('GET', `/api/v1/kind${n}`);
    await api.call('GET', `/nothing/${n}`);
  }
  const text = await scrape();
  expect(text).not.toMatch(/pod-\d|kind\d|nothing/);
  expect(text.match(/^apiserver_request_total.*code="404"/gm)).toHaveLength(2);
});

it('counts who is refused, and needs credentials itself', async () => {
  const refused = await api.app.inject({ method: 'GET', url: '/metrics' });
  expect(refused.statusCode).toBe(401);
  expect(await scrape()).toContain('subresource="/metrics",scope="",code="401"} 1');
});

describe('what lasts is told while it does, and is not timed', () => {
  const open = (verb: string, rest: string): RegExp =>
    new RegExp(`^apiserver_longrunning_requests\\{verb="${verb}",${rest}.*\\} 1$`, 'm');

  it('a watch', async () => {
    const { origin, dispatcher } = await api.listen();
    const abort = new AbortController();
    const { request } = await import('undici');
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await request(`${origin}${PODS}?watch=1`, { dispatcher, headers, signal: abort.signal });
    answer.body.on('error', () => undefined);
    expect(await scrape()).toMatch(open('WATCH', 'group="",version="v1",resource="pods"'));
    abort.abort();
    await until(async () => (await scrape()).includes('apiserver_request_total{verb="WATCH"'));
    expect(await scrape()).not.toMatch(open('WATCH', ''));
    expect(await scrape()).not.toContain('duration_seconds_count{verb="WATCH"');
  });

  it('a stream', async () => {
    const { origin } = await api.listen();
    const socket = new WebSocket(`${origin.replace('https', 'wss')}/apis/fleet.flotilla.dev/v1alpha1/stream`, {
      ...{ ca: api.ca, headers: { authorization: `Bearer ${TOKEN}` } },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    expect(await scrape()).toMatch(open('CONNECT', 'group="fleet.flotilla.dev",version="v1alpha1",resource="stream"'));
    socket.close();
    await until(async () => /_total\{verb="CONNECT".*code="101"\} 1/.test(await scrape()));
    expect(await scrape()).not.toMatch(open('CONNECT', ''));
  });
});

it('tells of the process, and what runs in it', async () => {
  const text = await createMetrics('1.2.3').metrics();
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  expect(text).toContain(`flotilla_build_info{version="1.2.3",node_version="${process.version}"} 1`);
});

it.each([
  ['PUT', '/apis/apps/v1/namespaces/:namespace/deployments/:name/scale', 'PUT apps v1 deployments scale resource'],
  ['DELETE', '/api/v1/nodes', 'DELETECOLLECTION  v1 nodes  cluster'],
  ['POST', '/api/v1/namespaces/:namespace/pods', 'POST  v1 pods  namespace'],
  ['GET', '/livez/:check', 'GET    /livez/:check '],
])('%s %s', (method, route, expected) => {
  const { verb, group, version, resource, subresource, scope } = routeLabels(method, route, false, false);
  expect([verb, group, version, resource, subresource, scope].join(' ')).toBe(expected);
});
