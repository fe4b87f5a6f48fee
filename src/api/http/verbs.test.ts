import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { encodeProtobuf } from '../../../test/support/protobuf-encoder.ts';
import { configMap, deployment, pod } from '../../../test/support/registry-fixture.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';

/** Nine to the power of twelve strings. */
function aliasBomb(): string {
  const names = [...'abcdefghijklm'];
  const lines = names.map(
    (name, i) =>
      `${name}: &${name} [${Array(9)
        .fill(i === 0 ? 'x' : `*${names[i - 1]}`)
        .join(',')}]`,
  );
  return `${lines.join('\n')}\n`;
}

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
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata:\n  k: v\n';
    const answer = await api.call('POST', CONFIG_MAPS, yaml, { 'content-type': 'application/yaml' });
    expect(answer.code).toBe(201);
    const bare = await api.call('POST', CONFIG_MAPS, JSON.stringify(configMap('bare')));
    expect(bare.code).toBe(201);
    const shown = await api.call('GET', `${CONFIG_MAPS}/y`, undefined, { accept: 'application/yaml' });
    expect(shown.headers['content-type']).toBe('application/yaml');
    expect(shown.text).toContain('k: v\n');
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

describe('duplicate fields', () => {
  const twice = (name: string) => `{"metadata":{"name":"${name}"},"data":{"a":"1","a":"2"},"data":{"a":"3"}}`;
  const complaint = 'duplicate field "data.a", duplicate field "data"';

  it('are refused with Strict, a warning without, nothing with Ignore; the last counts', async () => {
    const strict = await api.call('POST', `${CONFIG_MAPS}?fieldValidation=Strict`, twice('a'));
    expect([strict.code, strict.json.message]).toEqual([
      400,
      `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${complaint}`,
    ]);
    const warned = await api.call('POST', CONFIG_MAPS, twice('b'));
    expect([warned.code, warned.json.data]).toEqual([201, { a: '3' }]);
    expect(warned.headers['warning']).toEqual([
      '299 - "duplicate field \\"data.a\\""',
      '299 - "duplicate field \\"data\\""',
    ]);
    const ignored = await api.call('PUT', `${CONFIG_MAPS}/b?fieldValidation=Ignore`, twice('b'));
    expect([ignored.code, ignored.headers['warning']]).toEqual([200, undefined]);
  });

  it.each([
    ['application/merge-patch+json', '{"data":{"a":"1","a":"2"}}', 'duplicate field "data.a"'],
    [
      'application/json-patch+json',
      '[{"op":"test","op":"remove","path":"/data"}]',
      'json patch duplicate field "[0].op"',
    ],
  ])('of a %s are 422 with Strict', async (type, patch, why) => {
    await api.call('POST', CONFIG_MAPS, configMap('a', { x: '1' }));
    const strict = `${CONFIG_MAPS}/a?fieldValidation=Strict`;
    const answer = await api.call('PATCH', strict, patch, { 'content-type': type });
    expect([answer.code, answer.json.message]).toEqual([422, expect.stringContaining(`strict decoding error: ${why}`)]);
  });

  it('of YAML are told of with the line', async () => {
    const yaml = 'metadata:\n  name: a\ndata:\n  a: "1"\n  a: "2"\n';
    const strict = `${CONFIG_MAPS}?fieldValidation=Strict`;
    const answer = await api.call('POST', strict, yaml, { 'content-type': 'application/yaml' });
    expect([answer.code, answer.json.message]).toEqual([
      400,
      expect.stringContaining('line 5: key "a" already set in map'),
    ]);
  });
});

describe('what is wrong in a thousand places', () => {
  it('is told in the first hundred, and how many more there are', async () => {
    const finalizers = Array.from({ length: 1_000 }, (_, i) => `no-slash-${i}`);
    const answer = await api.call('POST', CONFIG_MAPS, { metadata: { name: 'a', finalizers } });
    expect([answer.code, answer.json.details.causes.length]).toEqual([422, 100]);
    expect(answer.json.message).toMatch(/"no-slash-99": .*, and 900 more\]$/);
  });

  it('is an answer of the size of a body, not of its square', async () => {
    const ownerReferences = Array.from({ length: 2_000 }, (_, i) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: `${i}`, controller: true },
    }));
    const body = JSON.stringify({ metadata: { name: 'a', ownerReferences } });
    const answer = await api.call('POST', CONFIG_MAPS, body);
    expect(answer.code).toBe(422);
    expect(answer.text.length).toBeLessThan(4 * body.length);
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
});

describe('subresources', () => {
  it('status has its own writer', async () => {
    await api.call('POST', PODS, pod('p'));
    const type = { 'content-type': 'application/merge-patch+json' };
    const answer = await api.call('PATCH', `${PODS}/p/status`, { status: { phase: 'Running' } }, type);
    expect(answer.json.status.phase).toBe('Running');
    const main = await api.call('PATCH', `${PODS}/p`, { status: { phase: 'Failed' } }, type);
    expect(main.json.status.phase).toBe('Running');
  });

  it('scale is read, put without a Content-Type, and patched', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';
    await api.call('POST', path, deployment('d'));
    const scale = await api.call('GET', `${path}/d/scale`);
    expect(scale.json).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { selector: 'app=d' } });
    const put = await api.call('PUT', `${path}/d/scale`, JSON.stringify({ ...scale.json, spec: { replicas: 5 } }));
    expect(put.json.spec.replicas).toBe(5);
    const patched = await api.call(
      'PATCH',
      `${path}/d/scale`,
      { spec: { replicas: 7 } },
      { 'content-type': 'application/merge-patch+json' },
    );
    expect(patched.json).toMatchObject({ kind: 'Scale', spec: { replicas: 7 } });
    expect((await api.call('GET', `${path}/d`)).json.spec.replicas).toBe(7);
  });

  it.each<[string, string, object, string]>([
    ['pods/p/binding', 'Binding', { target: { kind: 'Node', name: 'n1', bogus: 1 } }, 'target.bogus'],
    ['pods/p/eviction', 'Eviction', { deleteOptions: { bogus: 1 } }, 'deleteOptions.bogus'],
  ])('%s refuses unknown fields with Strict, and warns without', async (path, kind, body, field) => {
    await api.call('POST', PODS, pod('p'));
    const url = `/api/v1/namespaces/default/${path}`;
    const sent = { metadata: { name: 'p' }, ...body };
    const strict = await api.call('POST', `${url}?fieldValidation=Strict`, sent);
    expect([strict.code, strict.json.message]).toEqual([
      400,
      `${kind} in version "v1" cannot be handled as a ${kind}: strict decoding error: unknown field "${field}"`,
    ]);
    expect((await api.call('GET', `${PODS}/p`)).json.spec.nodeName).toBeUndefined();
    const warned = await api.call('POST', url, sent);
    expect([warned.code, warned.headers['warning']]).toEqual([201, [`299 - "unknown field \\"${field}\\""`]]);
  });

  it('scale refuses unknown fields with Strict, and warns without', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';
    await api.call('POST', path, deployment('d'));
    const sent = { metadata: { name: 'd' }, spec: { replicas: 3, bogus: 1 } };
    const strict = await api.call('PUT', `${path}/d/scale?fieldValidation=Strict`, sent);
    expect([strict.code, strict.json.message]).toEqual([
      400,
      'Scale in version "v1" cannot be handled as a Scale: strict decoding error: unknown field "spec.bogus"',
    ]);
    const merge = { 'content-type': 'application/merge-patch+json' };
    expect((await api.call('PATCH', `${path}/d/scale?fieldValidation=Strict`, sent, merge)).code).toBe(422);
    expect((await api.call('GET', `${path}/d`)).json.spec.replicas).toBe(2);
    const warned = await api.call('PUT', `${path}/d/scale`, sent);
    expect([warned.code, warned.headers['warning']]).toEqual([200, ['299 - "unknown field \\"spec.bogus\\""']]);
  });

  it('binding and bindings give a pod to a node', async () => {
    for (const name of ['a', 'b']) {
      await api.call('POST', PODS, pod(name));
    }
    const target = { apiVersion: 'v1', kind: 'Node', name: 'n1' };
    const bound = await api.call('POST', `${PODS}/a/binding`, { metadata: { name: 'a' }, target });
    expect(bound.code).toBe(201);
    expect(bound.json).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
    const legacy = '/api/v1/namespaces/default/bindings';
    expect((await api.call('POST', legacy, { metadata: { name: 'b' }, target })).code).toBe(201);
    expect((await api.call('POST', legacy, { metadata: { name: 'b' }, target })).code).toBe(409);
    expect((await api.call('GET', `${PODS}/a`)).json.spec.nodeName).toBe('n1');
  });

  it('eviction deletes with its own options', async () => {
    await api.call('POST', PODS, { ...pod('p'), spec: { ...pod('p').spec, nodeName: 'n1' } });
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p', namespace: 'default' } };
    expect((await api.call('POST', `${PODS}/other/eviction`, eviction)).code).toBe(400);
    const options = { gracePeriodSeconds: 7 };
    const answer = await api.call('POST', `${PODS}/p/eviction`, { ...eviction, deleteOptions: options });
    expect(answer.code).toBe(201);
    const evicted = (await api.call('GET', `${PODS}/p`)).json;
    expect(evicted.metadata.deletionGracePeriodSeconds).toBe(7);
    expect(evicted.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }),
    );
    expect((await api.call('POST', `${PODS}/none/eviction`, { metadata: { name: 'none' } })).code).toBe(404);
    expect((await api.call('POST', `${PODS}/none/eviction`, { metadata: {} })).code).toBe(400);
  });

  it.each([
    ['a dry run', { dryRun: ['All'] }, 201],
    ['another uid', { preconditions: { uid: 'other' } }, 409],
    ['an old version', { preconditions: { resourceVersion: '1' } }, 409],
  ])('eviction with %s changes nothing', async (_, deleteOptions, code) => {
    await api.call('POST', PODS, { ...pod('p'), spec: { ...pod('p').spec, nodeName: 'n1' } });
    const before = (await api.call('GET', `${PODS}/p`)).json;
    expect((await api.call('POST', `${PODS}/p/eviction`, { metadata: { name: 'p' }, deleteOptions })).code).toBe(code);
    expect((await api.call('GET', `${PODS}/p`)).json).toEqual(before);
  });

  it('finalize takes the finalizer of a namespace', async () => {
    const deleted = await api.call('DELETE', '/api/v1/namespaces/other');
    expect(deleted.json.status.phase).toBe('Terminating');
    const body = { ...deleted.json, spec: { finalizers: [] } };
    expect((await api.call('PUT', '/api/v1/namespaces/other/finalize', body)).code).toBe(200);
    expect((await api.call('GET', '/api/v1/namespaces/other')).code).toBe(404);
  });
});

describe('deletion', () => {
  beforeEach(() => api.call('POST', PODS, { ...pod('p'), spec: { ...pod('p').spec, nodeName: 'n1' } }));

  it('answers the object while it ends', async () => {
    const answer = await api.call('DELETE', `${PODS}/p`, '', { 'content-type': 'application/json' });
    expect(answer.code).toBe(200);
    expect(answer.json).toMatchObject({ kind: 'Pod', metadata: { deletionGracePeriodSeconds: 30 } });
  });

  it.each(['gracePeriodSeconds=0', 'gracePeriodSeconds=0&propagationPolicy=Background'])('?%s', async (query) => {
    const { json } = await api.call('DELETE', `${PODS}/p?${query}`);
    expect(json).toMatchObject({ kind: 'Pod', metadata: { name: 'p', deletionGracePeriodSeconds: 0 } });
    expect(json.metadata.deletionTimestamp).toBeDefined();
    expect((await api.call('GET', `${PODS}/p`)).code).toBe(404);
  });

  it.each<[string, string | undefined, string[] | undefined]>([
    ['', expect.stringContaining('child pods are preserved by default when jobs are deleted; set'), ['orphan']],
    ['?propagationPolicy=Orphan', undefined, ['orphan']],
    ['?orphanDependents=true', undefined, ['orphan']],
    ['?propagationPolicy=Background', undefined, undefined],
    ['?propagationPolicy=Foreground', undefined, ['foregroundDeletion']],
  ])('of a job%s: its pods, and a warning', async (query, warning, finalizers) => {
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    const made = await api.call('POST', jobs, { metadata: { name: 'j' }, spec: { template } });
    const { uid } = made.json.metadata;
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid };
    const owned = { ...pod('of-j'), metadata: { name: 'of-j', ownerReferences: [owner] } };
    expect((await api.call('POST', PODS, owned)).code).toBe(201);
    const dry = await api.call('DELETE', `${jobs}${query}${query === '' ? '?' : '&'}dryRun=All`);
    expect(dry.json.items[0].metadata.finalizers).toEqual(finalizers);
    const { json, headers } = await api.call('DELETE', `${jobs}/j${query}`);
    for (const told of [dry.headers, headers]) {
      expect([told['warning']].flat()).toEqual([warning]);
    }
    expect(json.metadata.finalizers).toEqual(finalizers);
    // A second request that names nothing keeps what the first one settled.
    const again = await api.call('DELETE', `${jobs}/j`);
    expect(again.json.metadata.finalizers).toEqual(finalizers);
  });

  it('of a deprecated kind, and all that is asked of it, is told so', async () => {
    const path = '/api/v1/namespaces/default/endpoints';
    const answers = [
      await api.call('POST', path, { metadata: { name: 'e' }, bogus: 1 }),
      await api.call('GET', `${path}/e`),
      await api.call('GET', '/api/v1/endpoints'),
      await api.call('PATCH', `${path}/e`, '{}', { 'content-type': 'application/merge-patch+json' }),
      await api.call('DELETE', `${path}/e`),
      await api.call('DELETE', path),
      await api.call('GET', `${path}/e`),
    ];
    const deprecated = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"';
    for (const { headers } of answers) {
      expect([headers['warning']].flat()[0]).toBe(deprecated);
    }
    expect(answers[0]?.headers['warning']).toEqual([deprecated, '299 - "unknown field \\"bogus\\""']);
    expect(answers.at(-1)?.code).toBe(404);
  });

  it.each([
    ['orphanDependents=false', 202],
    ['orphanDependents=true', 200],
    ['propagationPolicy=Background', 200],
  ])('with %s is answered with %i and the object while something holds it', async (query, code) => {
    const finalizers = ['example.com/hold'];
    await api.call('POST', CONFIG_MAPS, { metadata: { name: 'held', finalizers } });
    await api.call('POST', CONFIG_MAPS, configMap('free'));
    const held = await api.call('DELETE', `${CONFIG_MAPS}/held?${query}`);
    expect([held.code, held.json.kind]).toEqual([code, 'ConfigMap']);
    expect(held.json.metadata.deletionTimestamp).toBeDefined();
    const free = await api.call('DELETE', `${CONFIG_MAPS}/free?${query}`);
    expect([free.code, free.json.kind]).toEqual([200, 'Status']);
  });

  it('cannot be told of its dependents twice', async () => {
    const { json } = await api.call('DELETE', `${PODS}/p`, { propagationPolicy: 'Orphan', orphanDependents: true });
    expect(json.message).toBe(
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": ' +
        'orphanDependents and deletionPropagation cannot be both set',
    );
  });

  it('honours preconditions', async () => {
    const answer = await api.call('DELETE', `${PODS}/p`, { preconditions: { uid: 'other' } });
    expect(answer.code).toBe(409);
  });

  it.each([
    [{ gracePeriodSeconds: 'soon' }, 400],
    [{ kind: 'Pod' }, 400],
    [{ dryRun: ['Some'] }, 422],
    [{ propagationPolicy: 'Sideways' }, 422],
    [{ propagationPolicy: 'Orphan', orphanDependents: true }, 422],
    [[], 400],
    ['{', 400],
  ])('refuses %j', async (options, code) => {
    const answer = await api.call('DELETE', `${PODS}/p`, options);
    expect(answer.code).toBe(code);
    expect(answer.json.kind).toBe('Status');
    expect((await api.call('GET', `${PODS}/p`)).json.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('bad input', () => {
  const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  it.each([
    ['a cut-off body', '{"metadata":', 400, 'json parse error: unexpected end of JSON input ({"metadata":)'],
    ['a stray character', '{"a": x}', 400, "invalid character 'x' looking for beginning of value"],
    ['an empty body', '', 400, 'unexpected end of JSON input'],
    ['200,000 arrays', `{"data":${nested}}`, 400, 'exceeded max depth'],
    ['an array', '[]', 400, 'json: cannot unmarshal array into Go value of type struct { APIVersion string "json:'],
    ['a number as kind', '{"kind":7}', 400, 'json: cannot unmarshal number into Go struct field .kind of type string'],
    ['null', 'null', 400, 'cannot unmarshal null'],
    ['a number', '7', 400, 'cannot unmarshal'],
    ['a wrong type', '{"metadata":{"name":7}}', 400, 'cannot unmarshal number into Go struct field'],
    ['a wrong kind', '{"kind":"Pod","apiVersion":"v1"}', 400, 'converting (v1.Pod) to (core.ConfigMap): unknown conv'],
    ['a bad name', '{"metadata":{"name":"A B"}}', 422, 'a lowercase RFC 1123 subdomain must consist of'],
    ['no name', '{"metadata":{}}', 422, 'name or generateName is required'],
    ['another namespace', '{"metadata":{"name":"a","namespace":"other"}}', 400, 'does not match the namespace sent'],
  ])('%s', async (_, body, code, message) => {
    const answer = await api.call('POST', CONFIG_MAPS, body, { 'content-type': 'application/json' });
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure', code });
    expect(answer.code).toBe(code);
    expect(answer.json.message).toContain(message);
    expect((await api.call('GET', CONFIG_MAPS)).json.items).toEqual([]);
  });

  it.each([
    ['', 'unexpected end of JSON input (<empty>)'],
    ['hello', "invalid character 'h' looking for beginning of value (68656c6c6f)"],
    [`{"metadata":{"name":"${'x'.repeat(30)}"`, 'unexpected end of JSON input ({"metadata":{"name":"xxxxxxxxx ...)'],
  ])('%j is told of as kube-apiserver tells of it', async (body, why) => {
    const { json } = await api.call('PUT', `${CONFIG_MAPS}/a`, body, { 'content-type': 'application/json' });
    expect(json.message).toBe(
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: ${why}`,
    );
    const scaled = await api.call('PUT', '/apis/apps/v1/namespaces/default/deployments/d/scale', body);
    expect(scaled.json.message).toContain('unrecognized (must be of type Scale): ');
  });

  it.each([
    ['json-patch+json', '[{', 'error decoding patch: unexpected end of JSON input'],
    ['json-patch+json', '{}', 'error decoding patch: json: cannot unmarshal object into Go value of type []'],
    ['merge-patch+json', 'x', "error decoding patch: invalid character 'x' looking for beginning of value"],
    ['merge-patch+json', '[]', 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]'],
    ['strategic-merge-patch+json', '', 'unexpected end of JSON input'],
    ['apply-patch+yaml', 'a: [', 'error decoding YAML: error converting YAML to JSON: yaml: '],
  ])('a patch of type %s that is %j', async (type, body, message) => {
    await api.call('POST', CONFIG_MAPS, configMap('a'));
    const headers = { 'content-type': `application/${type}` };
    const { code, json } = await api.call('PATCH', `${CONFIG_MAPS}/a?fieldManager=m`, body, headers);
    expect([code, json.message.slice(0, message.length)]).toEqual([400, message]);
  });

  it.each([
    ['fieldManager=a%07b', 422, 'fieldManager: Invalid value: "a\\u0007b": invalid character U+0007 (at position 1)'],
    ['fieldManager=%C3%BC%E2%80%8B', 422, 'invalid character U+200B (at position 2)'],
    [`fieldManager=${'m'.repeat(129)}`, 422, 'fieldManager: Too long: may not be more than 128 bytes'],
    [
      'fieldValidation=Foo',
      422,
      'fieldValidation: Unsupported value: "Foo": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    ['dryRun=Foo', 422, 'dryRun: Unsupported value: ["Foo"]: supported values: "All"'],
  ])('a create with %s', async (query, code, message) => {
    const answer = await api.call('POST', `${CONFIG_MAPS}?${query}`, configMap('a'));
    expect([answer.code, answer.json.message]).toEqual([code, expect.stringContaining(message)]);
    expect(answer.json.message).toContain('CreateOptions.meta.k8s.io "" is invalid: ');
  });

  it.each([
    ['limit=many', 400, 'strconv.ParseInt: parsing "many": invalid syntax'],
    ['timeoutSeconds=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['watch=true&limit=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    [
      'resourceVersion=abc',
      400,
      'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    ['labelSelector=a==b==c', 400, "found '==', expected: ',' or 'end of string'"],
    ['limit=-1', 200, undefined],
    [
      'sendInitialEvents=true',
      422,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
    [
      'watch=1&sendInitialEvents=true&resourceVersionMatch=Exact&continue=x',
      422,
      'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: sendInitialEvents requires setting ' +
        'resourceVersionMatch to NotOlderThan, resourceVersionMatch: Unsupported value: "Exact": supported values: ' +
        '"NotOlderThan", resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided]',
    ],
  ])('a list with %s', async (query, code, message) => {
    const answer = await api.call('GET', `${CONFIG_MAPS}?${query}`);
    expect([answer.code, answer.json.message]).toEqual([code, message]);
  });

  it('a long name of a client is cut between characters', async () => {
    const agent = `${'m'.repeat(127)}\u00fc\u00fc/1.0`;
    const { json } = await api.call('POST', CONFIG_MAPS, configMap('a', { x: '1' }), { 'user-agent': agent });
    expect(json.metadata.managedFields[0].manager).toBe('m'.repeat(127));
  });

  it.each([
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['bad YAML', 'a: [1\nb'],
    ['an alias bomb', aliasBomb()],
    ['endless nesting', '['.repeat(100_000)],
    ['endless sequences', '- '.repeat(100_000)],
    ['endless explicit keys', '? '.repeat(100_000)],
    ['deep indentation', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['endless quotes', '"'.repeat(100_000)],
    ['endless comments', '#x\n'.repeat(300_000)],
    ['endless documents', '---\n'.repeat(100_000)],
  ])('%s', async (_, body) => {
    const answer = await api.call('POST', CONFIG_MAPS, body, { 'content-type': 'application/yaml' });
    expect(answer.code).toBe(400);
    expect(answer.json.message).toContain('error converting YAML to JSON');
  });

  it('a namespace that is not there', async () => {
    const { code, json } = await api.call('POST', '/api/v1/namespaces/nowhere/configmaps', { metadata: { name: 'a' } });
    expect([code, json.message]).toEqual([404, 'namespaces "nowhere" not found']);
  });

  it('a body over the limit', async () => {
    const { code, json } = await api.call('POST', CONFIG_MAPS, configMap('big', { x: 'y'.repeat(3_200_000) }));
    expect([code, json.reason, json.message]).toEqual([
      413,
      'RequestEntityTooLarge',
      'Request entity too large: limit is 3145728',
    ]);
  });

  it.each(['application/com.github.proto', 'text/plain', 'nonsense', 'application/xml; charset=utf-8'])(
    'a body of type %s',
    async (type) => {
      const { code, json } = await api.call('POST', CONFIG_MAPS, 'k8s', { 'content-type': type });
      expect([code, json.reason]).toEqual([415, 'UnsupportedMediaType']);
    },
  );

  it.each([
    ['GET', '/api/v1/namespaces/default/gadgets', 404],
    ['GET', `${PODS}/p/gadget`, 404],
    ['GET', '/nowhere', 404],
    ['GET', '/apis/apps/v2/deployments', 404],
    ['POST', `${PODS}/p`, 405],
    ['PUT', PODS, 405],
    ['DELETE', '/api/v1/namespaces', 405],
    ['POST', '/api/v1/pods', 405],
    ['GET', `${PODS}/p/eviction`, 405],
    ['PUT', `${PODS}/p/scale`, 404],
    ['GET', `${PODS}/%zz`, 400],
  ])('%s %s is %i', async (method, url, code) => {
    const answer = await api.call(method, url);
    expect(answer.code).toBe(code);
    expect(answer.json.kind).toBe('Status');
  });

  it.each([
    ['PUT', PODS, 'GET, POST, DELETE'],
    ['POST', '/api/v1/pods', 'GET'],
    ['POST', `${PODS}/p`, 'GET, PUT, PATCH, DELETE'],
    ['POST', '/apis/apiregistration.k8s.io/v1/apiservices', 'GET'],
  ])('%s %s is told what there is: %s', async (method, url, allowed) => {
    const { code, headers } = await api.call(method, url);
    expect([code, headers['allow']]).toEqual([405, allowed]);
  });
});
