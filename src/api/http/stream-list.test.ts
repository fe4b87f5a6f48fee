import { randomBytes } from 'node:crypto';
import { fetch } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { registryFixture } from '../../../test/support/registry-fixture.ts';
import { until } from '../../../test/support/until.ts';
import { unavailable } from '../../errors.ts';
import type { ListOptions, ObjectText } from '../../registry/registry.ts';

const PATH = '/api/v1/configmaps';
const BATCH = 100;
const object = (index: number, noise?: string): ObjectText => ({
  revision: index + 1,
  body: JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `c-${index}`, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' },
    data: { padding: noise?.slice((index % BATCH) * 1_200, (index % BATCH) * 1_200 + 1_200) ?? 'é'.repeat(1_200) },
  }),
});
const batch = (at: number, noise?: string): ObjectText[] =>
  Array.from({ length: BATCH }, (_, i) => object(at + i, noise));

interface Source {
  /** Characters that were asked for. */
  read: number;
  signal: AbortSignal | undefined;
  asked: ListOptions[];
  /** Items of the first batch. */
  first: number;
}

const fixtures: ApiFixture[] = [];
afterEach(async () => {
  await Promise.all(fixtures.splice(0).map((fixture) => fixture.close()));
});

/** An API over a list of `items`; `failAt` breaks it there. */
async function listing(
  items: number,
  failAt = Number.POSITIVE_INFINITY,
  noise?: string,
): Promise<{ api: ApiFixture; source: Source }> {
  const source: Source = { read: 0, signal: undefined, asked: [], first: BATCH };
  const { registry } = await registryFixture();
  const rest = async function* (signal: AbortSignal): AsyncGenerator<ObjectText[]> {
    for (let at = BATCH; at < items; at += BATCH) {
      signal.throwIfAborted();
      if (at >= failAt) {
        throw unavailable('the database went away');
      }
      const next = batch(at, noise);
      source.read += next.reduce((sum, { body }) => sum + body.length, 0);
      yield next;
    }
  };
  const api = await apiFixture({
    registry: {
      ...registry,
      listStream: async (_id, options, signal) => {
        source.signal = signal;
        source.asked.push(options);
        return { revision: 7, items: batch(0, noise).slice(0, source.first), rest: rest(signal) };
      },
    },
  });
  fixtures.push(api);
  return { api, source };
}
const get = async (api: ApiFixture, accept = 'application/json', encoding = 'identity') => {
  const { origin, dispatcher } = await api.listen();
  const headers = { authorization: `Bearer ${TOKEN}`, accept, 'accept-encoding': encoding };
  return fetch(`${origin}${PATH}`, { dispatcher, headers });
};

test.each([
  ['application/json', 'items', 'ConfigMapList'],
  ['application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', 'items', 'PartialObjectMetadataList'],
  ['application/json;as=Table;g=meta.k8s.io;v=v1', 'rows', 'Table'],
])('a long list comes whole as %s', async (accept, field, kind) => {
  const { api, source } = await listing(1_000);
  const response = await get(api, accept);
  expect(response.headers.get('content-type')).toBe('application/json');
  const body = (await response.json()) as Record<string, unknown[]>;
  expect(body).toMatchObject({ kind, metadata: { resourceVersion: '7' } });
  expect(body[field]).toHaveLength(1_000);
  await until(() => source.signal?.aborted === true);
});

test('a list of 128 KiB or more is compressed for who asks for it, and says so to caches either way', async () => {
  const of = async (encoding: string) => get((await listing(1_000)).api, 'application/json', encoding);
  const [plain, packed] = [await of('identity'), await of('br, gzip')];
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(packed.headers.get('content-type')).toBe('application/json');
  for (const { headers } of [plain, packed]) {
    expect(headers.get('vary')).toContain('Accept-Encoding');
    expect(headers.get('content-length')).toBeNull();
  }
  expect(await packed.text()).toBe(await plain.text());
});

test('a short list and a small object are sent as they are', async () => {
  const api = await apiFixture();
  fixtures.push(api);
  const response = await get(api, 'application/json', 'gzip');
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(await response.json()).toMatchObject({ items: [] });
});

test('a large object is compressed too', async () => {
  const api = await apiFixture();
  fixtures.push(api);
  await api.call('POST', '/api/v1/namespaces/default/configmaps', {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data: { text: 'é'.repeat(100_000) } },
  });
  const response = await get(api, 'application/json', 'gzip');
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(await response.json()).toMatchObject({ items: [{ data: { text: 'é'.repeat(100_000) } }] });
});

test('an error within a compressed list closes the connection', async () => {
  const { api, source } = await listing(2_000, 1_000);
  await expect((await get(api, 'application/json', 'gzip')).text()).rejects.toThrow();
  await until(() => source.signal?.aborted === true);
});

test('an error in the first 128 KiB is answered as an error', async () => {
  const { api, source } = await listing(2_000, 100);
  source.first = 10;
  const response = await get(api);
  expect([response.status, await response.json()]).toMatchObject([503, { reason: 'ServiceUnavailable' }]);
  await until(() => source.signal?.aborted === true);
});

test.each(['identity', 'gzip'])(
  'a client that does not read (%s) makes the server read no further, and its going frees the list',
  async (encoding) => {
    // What zlib cannot make much smaller.
    const { api, source } = await listing(200_000, undefined, randomBytes(BATCH * 1_200).toString('base64'));
    const { body } = await get(api, 'application/json', encoding);
    const reader = body!.getReader();
    await reader.read();
    let before = -1;
    let still = 0;
    await until(() => {
      still = source.read === before ? still + 1 : 0;
      before = source.read;
      return still === 20;
    });
    // What sockets and streams hold on both sides; the list has 240 million characters.
    expect(source.read).toBeLessThan(24_000_000);
    expect(source.signal?.aborted).toBe(false);
    await reader.cancel();
    await until(() => source.signal?.aborted === true);
  },
);

test('an error after the first byte closes the connection: no list looks complete that is not', async () => {
  const { api, source } = await listing(2_000, 1_000);
  const response = await get(api);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  await until(() => source.signal?.aborted === true);
});

test('a list without a limit or with a large one is streamed, in YAML too; pages are not', async () => {
  const { api, source } = await listing(200);
  for (const query of ['', '?limit=0', '?limit=1001', '?limit=1000', '?limit=1']) {
    expect((await api.call('GET', `${PATH}${query}`)).code).toBe(200);
  }
  const yaml = await api.call('GET', PATH, undefined, { accept: 'application/yaml' });
  expect([yaml.code, (parse(yaml.text) as { items: unknown[] }).items.length]).toEqual([200, 200]);
  expect(source.asked.map(({ limit }) => limit)).toEqual([undefined, 0, 1_001, undefined]);
});
