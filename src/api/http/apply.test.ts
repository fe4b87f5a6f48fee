import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { configMap, pod } from '../../../test/support/registry-fixture.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

describe('server-side apply', () => {
  const apply = (body: string | object, query = '?fieldManager=me') =>
    api.call('PATCH', `${CONFIG_MAPS}/a${query}`, body, { 'content-type': 'application/apply-patch+yaml' });

  it('takes YAML and JSON, and says whether it created', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "1"}\n';
    const created = await apply(yaml);
    expect(created.code).toBe(201);
    expect(created.json.data).toEqual({ x: '1' });
    const again = await apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' } });
    expect(again.code).toBe(200);
    expect(again.json.metadata.resourceVersion).toBe(created.json.metadata.resourceVersion);
    // JSON but for a comma too many, which YAML allows.
    expect((await apply('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},}')).code).toBe(200);
  });

  it('needs no name for what is there, and one for what is not', async () => {
    const nameless = { apiVersion: 'v1', kind: 'ConfigMap', data: { x: '1' } };
    const refused = await apply(nameless);
    expect([refused.code, refused.json.message]).toEqual([
      400,
      'the name of the object (a based on URL) was undeterminable: name must be provided',
    ]);
    await apply(configMap('a'));
    expect((await apply(nameless)).json).toMatchObject({ metadata: { name: 'a' }, data: { x: '1' } });
  });

  it('gives up all that it owns of the metadata, and not the rest', async () => {
    const map = (metadata: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata } });
    const { json } = await apply(map({ labels: {} }));
    const { labels: _, managedFields: __, resourceVersion: ___, ...kept } = json.metadata;
    const again = await apply(map({}));
    expect(again.code).toBe(200);
    expect(again.json.metadata).toMatchObject(kept);
  });

  it.each<[string, string | object, string, number, RegExp]>([
    ['without a manager', configMap('a'), '', 422, /fieldManager: Required value: is required for apply patch/],
    ['of half a document', '{"apiVersion":', '?fieldManager=me', 400, /error converting YAML to JSON/],
    ['of a list', '[]', '?fieldManager=me', 400, /cannot unmarshal array/],
    [
      ...([
        'with a key twice',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "1", x: "2"}',
      ] as const),
      ...(['?fieldManager=me&fieldValidation=Strict', 400, /error strict decoding YAML.*already set in map/s] as const),
    ],
  ])('is refused %s', async (_, body, query, code, message) => {
    const answer = await apply(body, query);
    expect(answer.code).toBe(code);
    expect(answer.json.message).toMatch(message);
    expect((await api.call('GET', `${CONFIG_MAPS}/a`)).code).toBe(404);
  });

  it('alone may be forced', async () => {
    await api.call('POST', CONFIG_MAPS, configMap('a', { x: '1' }));
    expect((await apply(configMap('a', { x: '2' }))).code).toBe(409);
    expect((await apply(configMap('a', { x: '2' }), '?fieldManager=me&force=true')).json.data).toEqual({ x: '2' });
    const merge = { 'content-type': 'application/merge-patch+json' };
    const answer = await api.call('PATCH', `${CONFIG_MAPS}/a?force=true`, {}, merge);
    expect(answer.code).toBe(422);
    expect(answer.json.message).toContain('force: Forbidden: may not be specified for non-apply patch');
  });

  it('tells what its creator owns in the answer to a POST, a GET and a list', async () => {
    const made = await api.call('POST', `${CONFIG_MAPS}?fieldManager=maker`, configMap('a', { x: '1' }));
    const [entry] = (await api.call('GET', `${CONFIG_MAPS}/a`)).json.metadata.managedFields;
    expect(entry).toMatchObject({ manager: 'maker', fieldsV1: { 'f:data': { '.': {}, 'f:x': {} } } });
    const [listed] = (await api.call('GET', CONFIG_MAPS)).json.items;
    expect(listed.metadata.managedFields).toEqual([entry]);
    expect(made.json.metadata.managedFields).toEqual([entry]);
  });

  it('tells a GET of a pod, and no list, which controller made it', async () => {
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true };
    const metadata = { name: 'of-j', ownerReferences: [owner] };
    await api.registry.create('pods', 'default', { ...pod('of-j'), metadata });
    const pods = '/api/v1/namespaces/default/pods';
    const [entry] = (await api.call('GET', `${pods}/of-j`)).json.metadata.managedFields;
    expect(entry).toMatchObject({
      ...{ manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'v1' },
      fieldsV1: { 'f:metadata': { 'f:ownerReferences': { '.': {}, 'k:{"uid":"u"}': {} } } },
    });
    const [listed] = (await api.call('GET', pods)).json.items;
    expect(listed.metadata.managedFields).toBeUndefined();
  });
});
