import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ApiFixture, apiFixture, CONFIG_MAPS, PODS } from '../../../../test/support/api-fixture.ts';
import { encodeProtobuf } from '../../../../test/support/protobuf-encoder.ts';
import { configMap } from '../../../../test/support/registry-fixture.ts';

const withoutOwners = <T extends { metadata: { managedFields?: unknown } }>(object: T) => {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
};

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

describe('one object', () => {
  it('is created, read, changed and deleted', async () => {
    const created = await api.call('POST', CONFIG_MAPS, configMap('a', { x: '1' }));
    expect(created.code).toBe(201);
    expect(created.headers['content-type']).toBe('application/json');
    const read = await api.call('GET', `${CONFIG_MAPS}/a`);
    const { managedFields, ...metadata } = read.json.metadata;
    expect({ ...read.json, metadata }).toEqual(withoutOwners(created.json));
    expect(managedFields).toHaveLength(1);
    const changed = await api.call('PUT', `${CONFIG_MAPS}/a`, { ...read.json, data: { x: '2' } });
    expect(changed.code).toBe(200);
    expect(changed.json.data).toEqual({ x: '2' });
    const stale = await api.call('PUT', `${CONFIG_MAPS}/a`, read.json);
    expect(stale.code).toBe(409);
    expect(stale.json).toMatchObject({ kind: 'Status', reason: 'Conflict' });
    const deleted = await api.call('DELETE', `${CONFIG_MAPS}/a`);
    expect(deleted.json).toMatchObject({
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: created.json.metadata.uid },
    });
    const gone = await api.call('GET', `${CONFIG_MAPS}/a`);
    expect(gone.code).toBe(404);
    expect(gone.json.message).toBe('configmaps "a" not found');
  });

  it('lets a namespace and what is in it share a prefix', async () => {
    expect((await api.call('GET', '/api/v1/namespaces/default')).json.kind).toBe('Namespace');
    expect((await api.call('GET', PODS)).json.kind).toBe('PodList');
    expect((await api.call('GET', '/api/v1/namespaces')).json.items).toHaveLength(2);
    const { json } = await api.call('GET', '/api/v1/namespaces/default/status');
    expect(json.kind).toBe('Namespace');
  });

  it('comes from protobuf', async () => {
    const headers = {
      'content-type': 'application/vnd.kubernetes.protobuf',
      accept: 'application/json',
    };
    const body = encodeProtobuf('io.k8s.api.core.v1.ConfigMap', configMap('p', { k: 'v' }));
    const created = await api.call('POST', CONFIG_MAPS, body, headers);
    expect([created.code, created.headers['content-type']]).toEqual([201, 'application/json']);
    expect((await api.call('GET', `${CONFIG_MAPS}/p`, undefined, { accept: headers.accept })).json.data).toEqual({
      k: 'v',
    });
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'] };
    const sent = encodeProtobuf('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', options);
    expect((await api.call('DELETE', `${CONFIG_MAPS}/p`, sent, headers)).code).toBe(200);
    expect((await api.call('GET', `${CONFIG_MAPS}/p`)).code).toBe(200);
    const broken = await api.call('POST', CONFIG_MAPS, body.subarray(0, -1), headers);
    expect([broken.code, broken.json.reason]).toEqual([400, 'BadRequest']);
  });

  it('comes from YAML as from JSON, and with no Content-Type', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: typed}\ndata:\n  k: v\n';
    const answer = await api.call('POST', CONFIG_MAPS, yaml, { 'content-type': 'application/yaml' });
    expect(answer.code).toBe(201);
    const bare = await api.call('POST', CONFIG_MAPS, JSON.stringify(configMap('bare')));
    expect(bare.code).toBe(201);
    const shown = await api.call('GET', `${CONFIG_MAPS}/typed`, undefined, { accept: 'application/yaml' });
    expect(shown.headers['content-type']).toBe('application/yaml');
    expect(shown.text).toContain('k: v\n');
  });

  it('that is long is shown in YAML too, and so is a long refusal', async () => {
    const data = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`key-${i}`, `value ${i}`]));
    const accept = { accept: 'application/yaml' };
    const created = await api.call('POST', CONFIG_MAPS, configMap('long', data), accept);
    expect([created.code, created.headers['content-type']]).toEqual([201, 'application/yaml']);
    const shown = await api.call('GET', `${CONFIG_MAPS}/long`, undefined, accept);
    expect(parse(shown.text)).toEqual((await api.call('GET', `${CONFIG_MAPS}/long`)).json);
    const wrong = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key ${i}`, '']));
    const refused = await api.call('POST', CONFIG_MAPS, configMap('wrong', wrong), accept);
    expect([refused.code, refused.text.length > 20_000]).toEqual([422, true]);
    expect(parse(refused.text)).toMatchObject({ kind: 'Status', reason: 'Invalid', details: { name: 'wrong' } });
  });

  it('may have no kind in the body, and data named like a prototype', async () => {
    const body = '{"metadata":{"name":"p"},"data":{"__proto__":"x","constructor":"y"}}';
    const { code, text } = await api.call('POST', CONFIG_MAPS, body);
    expect(code).toBe(201);
    expect(text).toContain('"__proto__":"x"');
  });

  it('changes nothing with dryRun', async () => {
    expect((await api.call('POST', `${CONFIG_MAPS}?dryRun=All`, configMap('dry'))).code).toBe(201);
    expect((await api.call('GET', `${CONFIG_MAPS}/dry`)).code).toBe(404);
  });

  it('tells of unknown fields as fieldValidation asks', async () => {
    const body = { ...configMap('odd'), bogus: 1 };
    const warned = await api.call('POST', CONFIG_MAPS, body);
    expect(warned.code).toBe(201);
    expect(warned.headers['warning']).toEqual(['299 - "unknown field \\"bogus\\""']);
    const strict = await api.call('POST', `${CONFIG_MAPS}?fieldValidation=Strict`, body);
    expect(strict.code).toBe(400);
    expect(strict.json.message).toContain('strict decoding error: unknown field "bogus"');
    const wrong = await api.call('POST', `${CONFIG_MAPS}?fieldValidation=Sometimes`, body);
    expect(wrong.code).toBe(422);
  });
});

describe('patches', () => {
  it.each([
    ['application/json-patch+json', [{ op: 'add', path: '/data/y', value: '2' }]],
    ['application/merge-patch+json', { data: { y: '2' } }],
    ['application/strategic-merge-patch+json', { data: { y: '2' } }],
  ])('%s', async (type, patch) => {
    await api.call('POST', CONFIG_MAPS, configMap('a', { x: '1' }));
    const answer = await api.call('PATCH', `${CONFIG_MAPS}/a`, patch, { 'content-type': type });
    expect(answer.code).toBe(200);
    expect(answer.json.data).toEqual({ x: '1', y: '2' });
  });

  it.each(['application/apply-patch+cbor', 'application/json', 'text/plain'])('%s is 415', async (type) => {
    await api.call('POST', CONFIG_MAPS, configMap('a'));
    const answer = await api.call('PATCH', `${CONFIG_MAPS}/a`, '{}', { 'content-type': type });
    expect(answer.code).toBe(415);
    expect(answer.json.message).toBe(
      'the body of the request was in an unknown format - accepted media types include: ' +
        'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, ' +
        'application/apply-patch+yaml',
    );
  });
});
