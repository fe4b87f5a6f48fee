import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, CONFIG_MAPS, PODS } from '../../../../test/support/api-fixture.ts';
import { configMap, pod } from '../../../../test/support/registry-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

describe('lists', () => {
  it('come in pages, and across namespaces', async () => {
    for (const name of ['a', 'b', 'c']) {
      await api.call('POST', CONFIG_MAPS, configMap(name));
    }
    const first = await api.call('GET', `${CONFIG_MAPS}?limit=2`);
    expect(first.json.metadata).toMatchObject({
      remainingItemCount: 1,
      resourceVersion: expect.stringMatching(/^\d+$/),
    });
    const token = encodeURIComponent(first.json.metadata.continue);
    const second = await api.call('GET', `${CONFIG_MAPS}?limit=2&continue=${token}`);
    expect(second.json.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['c']);
    expect(second.json.metadata.continue).toBeUndefined();
    expect((await api.call('GET', '/api/v1/configmaps')).json.items).toHaveLength(3);
  });

  it('of many items stream and stay whole', async () => {
    for (let i = 0; i < 250; i += 1) {
      await api.registry.create('configmaps', 'default', configMap(`m${i}`, { blob: 'x'.repeat(4_000) }));
    }
    const { json } = await api.call('GET', CONFIG_MAPS);
    expect(json.items).toHaveLength(250);
  });

  it('take selectors, and refuse bad ones', async () => {
    await api.call('POST', CONFIG_MAPS, configMap('a', {}, { app: 'x' }));
    await api.call('POST', CONFIG_MAPS, configMap('b'));
    expect((await api.call('GET', `${CONFIG_MAPS}?labelSelector=app%3Dx`)).json.items).toHaveLength(1);
    expect((await api.call('GET', `${CONFIG_MAPS}?fieldSelector=metadata.name!%3Da`)).json.items).toHaveLength(1);
    expect((await api.call('GET', `${CONFIG_MAPS}?fieldSelector=data.x%3Da`)).code).toBe(400);
    expect((await api.call('GET', `${CONFIG_MAPS}?labelSelector=%3D%3D`)).code).toBe(400);
    expect((await api.call('GET', `${CONFIG_MAPS}?limit=many`)).code).toBe(400);
  });

  it('are deleted as a collection', async () => {
    await api.call('POST', CONFIG_MAPS, configMap('a', {}, { app: 'x' }));
    await api.call('POST', CONFIG_MAPS, configMap('b'));
    const deleted = await api.call('DELETE', `${CONFIG_MAPS}?labelSelector=app%3Dx`, {
      propagationPolicy: 'Background',
    });
    expect(deleted.json).toMatchObject({ kind: 'ConfigMapList', items: [{ metadata: { name: 'a' } }] });
    expect((await api.call('GET', CONFIG_MAPS)).json.items).toHaveLength(1);
  });
});

describe('forms of an answer', () => {
  const TABLE =
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

  it('are tables where asked for', async () => {
    await api.call('POST', PODS, pod('p'));
    const { json } = await api.call('GET', PODS, undefined, { accept: TABLE });
    expect(json).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    expect(json.columnDefinitions[0]).toMatchObject({ name: 'Name', type: 'string', format: 'name', priority: 0 });
    expect(json.rows[0].cells[0]).toBe('p');
    expect(json.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'p' } });
    const whole = await api.call('GET', `${PODS}/p?includeObject=Object`, undefined, { accept: TABLE });
    expect(whole.json.rows[0].object).toMatchObject({ kind: 'Pod', spec: {} });
    const none = await api.call('GET', `${PODS}?includeObject=None`, undefined, { accept: TABLE });
    expect(none.json.rows[0].object).toBeNull();
    expect((await api.call('GET', `${PODS}?includeObject=Some`, undefined, { accept: TABLE })).code).toBe(400);
  });

  it.each([
    ['Table', 'Table'],
    ['PartialObjectMetadataList', 'PartialObjectMetadataList'],
  ])('are a %s of v1beta1 where that is asked for', async (as, kind) => {
    await api.call('POST', PODS, pod('p'));
    const accept = `application/json;as=${as};g=meta.k8s.io;v=v1beta1`;
    const { json } = await api.call('GET', PODS, undefined, { accept });
    expect(json).toMatchObject({ kind, apiVersion: 'meta.k8s.io/v1beta1' });
    const first = json.items?.[0] ?? json.rows[0].object;
    expect(first).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1beta1' });
  });

  it('are metadata alone where asked for', async () => {
    await api.call('POST', PODS, pod('p'));
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const { json } = await api.call('GET', PODS, undefined, { accept });
    expect(json.kind).toBe('PartialObjectMetadataList');
    expect(json.items[0]).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: expect.anything(),
    });
  });

  it('are 406 when nothing fits, and then nothing is written', async () => {
    const answer = await api.call('POST', CONFIG_MAPS, configMap('a'), { accept: 'text/html' });
    expect(answer.code).toBe(406);
    expect(answer.json.reason).toBe('NotAcceptable');
    expect((await api.call('GET', `${CONFIG_MAPS}/a`)).code).toBe(404);
  });

  it('are indented for people who ask for it, as objects and errors are', async () => {
    for (let i = 0; i < 120; i += 1) {
      await api.registry.create('configmaps', 'default', configMap(`m${i}`, { text: 'a\n"b"' }));
    }
    const urls = [`${CONFIG_MAPS}?limit=2`, `${CONFIG_MAPS}?limit=120`, `${CONFIG_MAPS}?`, `${CONFIG_MAPS}/m1?`];
    for (const url of [...urls, `${CONFIG_MAPS}/nope?`]) {
      for (const accept of ['application/json', 'application/json;as=Table;g=meta.k8s.io;v=v1']) {
        const { text, json } = await api.call('GET', `${url}&pretty=true`, undefined, { accept });
        expect(text).toBe(JSON.stringify(json, null, 2));
        const plain = await api.call('GET', `${url}&pretty=yes`, undefined, { accept });
        expect(plain.text).not.toContain('\n');
        expect((plain.json.items ?? plain.json['rows'] ?? []).length).toBe((json.items ?? json['rows'] ?? []).length);
      }
    }
  });
});
