import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { BULK, BulkClient, toLines } from '../../../test/support/bulk-client.ts';
import { configMap, pod } from '../../../test/support/registry-fixture.ts';
import { until } from '../../../test/support/until.ts';
import { allowAuthenticated } from '../../auth/allow-authenticated.ts';
import type { RequestAttributes } from '../../auth/identity.ts';

const MAP = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' };
const NDJSON = { 'content-type': 'application/x-ndjson' };
const create = (object: unknown) => ({ op: 'create', object });
const merge = (name: string, patch: unknown) => ({ op: 'patch', ...MAP, name, type: 'merge', patch });
const remove = (name: string) => ({ op: 'delete', ...MAP, name });

let api: ApiFixture;
let asked: RequestAttributes[];
beforeEach(async () => {
  asked = [];
  listening = undefined;
  api = await apiFixture({
    authorizer: {
      ...allowAuthenticated,
      async authorize(_user, attributes) {
        asked.push(attributes);
        const allowed = attributes.resource !== 'secrets' && attributes.name !== 'untouchable';
        return { allowed, reason: allowed ? '' : 'not yours' };
      },
    },
  });
});
afterEach(() => api.close());

/** Listens once a test. */
let listening: Promise<{ origin: string }> | undefined;
const server = () => {
  listening ??= api.listen();
  return listening;
};
const post = async (items: readonly unknown[] | string, query = '') => {
  const client = await open(query);
  client.request.end(typeof items === 'string' ? items : toLines(items));
  return client.rest();
};
const open = async (query = '') => BulkClient.open({ origin: (await server()).origin, ca: api.ca }, query);
const dataOf = async (name: string) =>
  (await api.call('GET', `/api/v1/namespaces/default/configmaps/${name}`)).json.data;

describe('items', () => {
  it('are created, changed and deleted in order, each with its answer', async () => {
    const answers = await post([
      { ...create(configMap('a', { n: '1' })), id: 'first' },
      create(pod('p')),
      merge('a', { data: { n: '2' } }),
      create(configMap('a')),
      remove('a'),
      create(configMap('a', { n: '3' })),
      { op: 'patch', ...MAP, kind: 'Pod', name: 'p', type: 'json', patch: [], subresource: 'status' },
    ]);
    expect(answers.map(({ index, code }) => [index, code])).toEqual(
      [201, 201, 200, 409, 200, 201, 200].map((code, index) => [index, code]),
    );
    expect(answers[0]).toEqual({
      index: 0,
      id: 'first',
      code: 201,
      object: {
        metadata: {
          name: 'a',
          namespace: 'default',
          uid: expect.any(String),
          resourceVersion: expect.stringMatching(/^\d+$/),
        },
      },
    });
    expect(answers[3]?.status).toMatchObject({ kind: 'Status', reason: 'AlreadyExists', code: 409 });
    expect(await dataOf('a')).toEqual({ n: '3' });
  });

  it('answer with whole objects when asked, and with warnings', async () => {
    const [made, gone] = await post(
      [create({ ...configMap('a', { k: 'v' }), bogus: 1 }), remove('a')],
      '?objects=true',
    );
    expect(made?.object).toMatchObject({ kind: 'ConfigMap', data: { k: 'v' }, metadata: { name: 'a' } });
    expect(made?.warnings).toEqual(['unknown field "bogus"']);
    expect(gone?.object).toMatchObject({ data: { k: 'v' } });
    const [strict] = await post([create({ ...configMap('b'), bogus: 1 })], '?fieldValidation=Strict');
    expect(strict?.status?.message).toContain('strict decoding error: unknown field "bogus"');
  });

  it('with a key twice are refused, whatever the field validation', async () => {
    const line = JSON.stringify(create(configMap('twice', { n: '1' }))).replace('"n":"1"', '"n":"1","n":"2"');
    const [answer] = await post(`${line}\n`, '?fieldValidation=Ignore');
    expect(answer?.status).toMatchObject({
      code: 400,
      message: 'the item is not valid: duplicate field "object.data.n"',
    });
  });

  it('replace objects and their statuses', async () => {
    await post([create(configMap('a', { n: '1' })), create(pod('p'))]);
    const update = (object: unknown) => ({ op: 'update', object });
    const answers = await post([
      update(configMap('a', { n: '2' })),
      update({ ...configMap('a'), metadata: { name: 'a', namespace: 'default', resourceVersion: '1' } }),
      update(configMap('missing')),
      { ...update({ ...pod('p'), status: { phase: 'Running' } }), subresource: 'status' },
      update({ ...configMap(''), metadata: { namespace: 'default' } }),
      update({ ...configMap('a'), metadata: { name: 'a' } }),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([200, 409, 404, 200, 400, 400]);
    expect(await dataOf('a')).toEqual({ n: '2' });
    expect((await api.call('GET', '/api/v1/namespaces/default/pods/p')).json.status.phase).toBe('Running');
  });

  it('see the namespaces that were made before them', async () => {
    const inNew = (name: string) => create({ ...configMap(name), metadata: { name, namespace: 'new' } });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } };
    const answers = await post([inNew('early'), create(namespace), inNew('late')]);
    expect(answers.map(({ code }) => code)).toEqual([404, 201, 201]);
  });

  it('draw names', async () => {
    const object = { ...configMap(''), metadata: { generateName: 'g-', namespace: 'default' } };
    const answers = await post([create(object), create(object), create(object)]);
    expect(answers.map(({ code }) => code)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ object: { metadata } }) => metadata.name)).size).toBe(3);
  });

  it('honour delete options', async () => {
    await post([create(configMap('a'))]);
    const answers = await post([
      { ...remove('a'), options: { preconditions: { uid: 'other' } } },
      { ...remove('a'), options: { gracePeriodSeconds: 'x' } },
      { ...remove('a'), options: { dryRun: ['All'] } },
      remove('a'),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([409, 400, 200, 200]);
  });

  it('are authorised one by one, in the words of their own requests', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } };
    const answers = await post([create(secret), create(configMap('a')), remove('untouchable')]);
    expect(answers.map(({ code }) => code)).toEqual([403, 201, 403]);
    expect(answers[0]?.status?.message).toContain(
      'cannot create resource "secrets" in API group "" in the namespace "default"',
    );
    expect(asked).toEqual(
      [
        { verb: 'create', group: 'fleet.flotilla.dev', resource: 'bulk' },
        { verb: 'create', group: '', resource: 'secrets', namespace: 'default' },
        { verb: 'create', group: '', resource: 'configmaps', namespace: 'default' },
        { verb: 'delete', group: '', resource: 'configmaps', namespace: 'default', name: 'untouchable' },
      ].map((attributes) => expect.objectContaining(attributes)),
    );
  });

  it('change nothing in a dry run, and clash as they would', async () => {
    await post([create(configMap('a', { n: '1' }))]);
    const revision = await api.registry.currentRevision();
    const answers = await post(
      [create(configMap('a')), create(configMap('b')), merge('a', { data: { n: '2' } }), remove('a')],
      '?dryRun=All',
    );
    expect(answers.map(({ code }) => code)).toEqual([409, 201, 200, 200]);
    expect(answers[1]?.object.metadata).not.toHaveProperty('resourceVersion');
    expect(await api.registry.currentRevision()).toBe(revision);
  });
});

describe('all or nothing', () => {
  const atomic = (items: readonly unknown[] | string, query = '') => post(items, `?atomic=true${query}`);
  const codesOf = async (...given: Parameters<typeof atomic>) => (await atomic(...given)).map(({ code }) => code);

  it('lets a pod name the account, the class and the namespace that are made with it', async () => {
    const spec = { serviceAccountName: 'robot', runtimeClassName: 'fast', containers: [{ name: 'c', image: 'i' }] };
    const codes = await codesOf([
      create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'default' } }),
      create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fresh' } }),
      create({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'fast' }, handler: 'runc' }),
      create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'fresh' } }),
      create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'fresh' }, spec }),
    ]);
    expect(codes).toEqual([201, 201, 201, 201, 201]);
  });

  it('writes all, a namespace and what is in it too, and tells the versions', async () => {
    await post([create(configMap('a', { n: '1' })), create(configMap('b'))]);
    const before = await api.registry.currentRevision();
    const answers = await atomic([
      create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } }),
      create({ ...configMap('c'), metadata: { name: 'c', namespace: 'new' } }),
      merge('a', { data: { n: '2' } }),
      remove('b'),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([201, 201, 200, 200]);
    const versions = answers.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions.toSorted()).toEqual([1, 2, 3, 4].map((n) => before + n));
    expect(await dataOf('a')).toEqual({ n: '2' });
    const [whole] = await atomic([merge('a', { data: { n: '3' } })], '&objects=true');
    expect(whole?.object.metadata.resourceVersion).toBe(String(before + 5));
    const [unchanged] = await atomic([merge('a', { data: { n: '3' } })]);
    expect(unchanged?.object.metadata.resourceVersion).toBe(String(before + 5));
  });

  it.each<[string, unknown[], number[]]>([
    ['is refused by validation', [create(pod('p')), create({ ...pod('q'), spec: {} })], [424, 422]],
    ['may not be written', [remove('untouchable'), create(configMap('b'))], [403, 424]],
    ['clashes', [create(configMap('b')), create(configMap('a')), create(pod('p'))], [424, 409, 424]],
    ['is not there', [create(configMap('b')), merge('none', {})], [424, 404]],
    ['is written twice', [create(configMap('b')), merge('b', { data: { n: '2' } })], [424, 400]],
    ['is created twice', [create(configMap('b')), create(configMap('b'))], [424, 409]],
    ['is no item', [create(configMap('b')), 'text'], [424, 400]],
  ])('writes nothing when one item %s', async (_, items, codes) => {
    await post([create(configMap('a'))]);
    const before = await api.registry.currentRevision();
    expect(await codesOf(items)).toEqual(codes);
    expect(await api.registry.currentRevision()).toBe(before);
  });

  it('writes nothing when one item loses a race', async () => {
    await post([create(configMap('a', { n: '1' }))]);
    const { store } = api;
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await api.registry.patch('configmaps', 'default', 'a', 'merge', { data: { n: 'rival' } });
    };
    const answers = await atomic([create(configMap('b')), merge('a', { data: { n: '2' } })]);
    expect(answers.map(({ code, status }) => [code, status?.reason])).toEqual([
      [424, 'FailedDependency'],
      [409, 'Conflict'],
    ]);
    expect(await dataOf('a')).toEqual({ n: 'rival' });
  });

  it('writes nothing in a dry run, whose items see each other', async () => {
    await post([create(configMap('a'))]);
    const before = await api.registry.currentRevision();
    const inNew = create({ ...configMap('c'), metadata: { name: 'c', namespace: 'new' } });
    const made = create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } });
    expect(await codesOf([made, inNew, remove('a')], '&dryRun=All')).toEqual([201, 201, 200]);
    expect(await codesOf([made, create(configMap('a'))], '&dryRun=All')).toEqual([424, 409]);
    expect(await api.registry.currentRevision()).toBe(before);
  });

  it('writes nothing of a body that does not come whole', async () => {
    const before = await api.registry.currentRevision();
    const leaving = await open('?atomic=true');
    await leaving.send(toLines([create(configMap('a'))]));
    leaving.abort();
    const stopped = await open('?atomic=true');
    await stopped.response();
    await stopped.send(toLines([create(configMap('b'))]));
    await until(() => asked.filter(({ resource }) => resource === 'configmaps').length === 2);
    api.stop.abort();
    const answers = await stopped.rest();
    expect(answers.map(({ code }) => code)).toEqual([424, 503]);
    expect(await api.registry.currentRevision()).toBe(before);
  });
});

describe('bad input', () => {
  it('is answered line by line', async () => {
    const lines = [
      '{"op":',
      '[]',
      '"x"',
      '{"op":"replace"}',
      '{"op":"toString"}',
      '{"op":"create"}',
      '{"op":"create","object":[]}',
      '{"op":"create","object":{}}',
      '{"op":"create","object":{"apiVersion":"v1","kind":"Gadget"}}',
      '{"op":"create","object":{"apiVersion":"v1","kind":"ConfigMap"}}',
      '{"op":"create","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":7}}}',
      '{"op":"create","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":null}}',
      '{"op":"delete","apiVersion":"v1","kind":"ConfigMap","name":"a"}',
      '{"op":"delete","apiVersion":"v1","kind":"Node","namespace":"default","name":"a"}',
      '{"op":"delete","apiVersion":"v1","kind":"ConfigMap","namespace":"default","name":"a","option":{}}',
      '{"op":"delete","id":"named","apiVersion":"v1","kind":"ConfigMap","namespace":"default","name":""}',
      JSON.stringify({ ...merge('default', []), kind: 'Namespace', namespace: undefined, type: 'apply' }),
      `${'['.repeat(5_000)}`,
    ];
    const answers = await post(`${lines.join('\r\n')}\r\n\r\n${toLines([create(configMap('good'))])}`);
    expect(answers.map(({ code }) => code)).toEqual([...lines.map(() => 400), 201]);
    expect(answers.map(({ index }) => index)).toEqual(answers.map((_, i) => i));
    const messages = answers.map(({ status }) => status?.message ?? '');
    expect(messages[0]).toContain('unexpected end of JSON input');
    expect(messages[3]).toBe('the item must be an object whose "op" is one of create, update, patch, delete');
    expect(messages[8]).toBe('no matches for kind "Gadget" in version "v1"');
    expect(messages[14]).toBe('the item is not valid: unknown field "option"');
    expect(answers[15]?.id).toBe('named');
  });

  it('patches that fit nothing are refused as alone', async () => {
    await post([create(configMap('a'))]);
    const answers = await post([
      merge('missing', {}),
      merge('a', 'text'),
      { ...merge('a', {}), type: 'json' },
      { ...merge('a', {}), subresource: 'status' },
      merge('a', { data: { n: 1 } }),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([404, 400, 400, 404, 422]);
  });

  it('a line over the limit costs that line only', async () => {
    const long = `{"op":"create","object":"${'x'.repeat(3 * 1024 * 1024)}"}\n`;
    const answers = await post(long + toLines([create(configMap('a'))]));
    expect(answers.map(({ code }) => code)).toEqual([413, 201]);
    expect(answers[0]?.status?.message).toBe('Request entity too large: limit is 3145728');
  });

  it('of more than 10,000 items the first 10,000 are done', async () => {
    const line = `${JSON.stringify({ ...remove('none'), id: 'x' })}\n`;
    const answers = await post(line.repeat(10_005));
    expect(answers).toHaveLength(10_001);
    expect(answers.at(-2)?.code).toBe(404);
    expect(answers.at(-1)).toMatchObject({ index: 10_000, code: 413, status: { reason: 'RequestEntityTooLarge' } });
  });

  it('the request as a whole is refused with a Status', async () => {
    const codes = async (query: string, headers: Record<string, string>) => {
      const { code, json } = await api.call('POST', BULK + query, '{}', headers);
      return [code, json.message];
    };
    expect(await codes('?dryRun=Some', NDJSON)).toEqual([422, expect.stringContaining('dryRun')]);
    expect(await codes('', { 'content-type': 'application/json' })).toEqual([
      415,
      expect.stringContaining('application/x-ndjson'),
    ]);
    expect((await api.call('GET', BULK)).code).toBe(405);
    expect((await api.call('POST', BULK, '', { ...NDJSON, authorization: 'Bearer wrong' })).code).toBe(401);
    expect(await post('')).toEqual([]);
  });
});

describe('over a socket', () => {
  it('answers leave while later items are still to come', async () => {
    const client = await open();
    for (let i = 0; i < 3; i += 1) {
      await client.send(toLines([create(configMap(`m-${i}`))]));
      expect(await client.next()).toMatchObject({ index: i, code: 201 });
    }
    const response = await client.response();
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    expect(await client.finish([remove('m-0')])).toMatchObject([{ index: 3, code: 200 }]);
  });

  it('a body over the limit is refused before it is sent, where its length is known', async () => {
    const client = BulkClient.open({ origin: (await server()).origin, ca: api.ca }, '', {
      'content-length': '268435457',
    });
    expect((await client.response()).statusCode).toBe(413);
    client.abort();
  });

  it('a stop of the server answers what was not begun', async () => {
    const client = await open();
    await client.send(toLines([create(configMap('a'))]));
    expect(await client.next()).toMatchObject({ code: 201 });
    api.stop.abort();
    expect(await client.next()).toMatchObject({ index: 1, code: 503, status: { reason: 'ServiceUnavailable' } });
    expect(await client.next()).toBeUndefined();
  });

  it('a client that stops sending is answered in time', async () => {
    await api.close();
    const settings = { ...api.context.settings, requestTimeoutMs: 2_000 };
    api = await apiFixture({ settings });
    const client = await open();
    await client.send(`${toLines([create(configMap('a'))])}{"op":`);
    expect(await client.next()).toMatchObject({ index: 0, code: 201 });
    expect(await client.next()).toMatchObject({ index: 1, code: 504, status: { reason: 'Timeout' } });
    expect(await client.next()).toBeUndefined();
  });

  it('more requests than may be under way are told to come again', async () => {
    const address = { origin: (await server()).origin, ca: api.ca };
    const openAs = (user: string) => BulkClient.open(address, '', { 'impersonate-user': user });
    const holding = Array.from({ length: 6 }, () => openAs('busy'));
    await Promise.all(holding.map((client) => client.response()));
    const refused = async (user: string) => {
      const { statusCode, headers } = await openAs(user).response();
      expect([statusCode, headers['retry-after']]).toEqual([429, '1']);
    };
    await refused('busy');
    // What one user may not have is left for others.
    const others = Array.from({ length: 2 }, () => openAs('other'));
    await Promise.all(others.map((client) => client.response()));
    await refused('third');
    await Promise.all([...holding, ...others].map((client) => client.finish()));
    expect((await BulkClient.open(address).finish()).length).toBe(0);
  });
});
