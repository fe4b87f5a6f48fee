import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, PODS } from '../../../../test/support/api-fixture.ts';
import { deployment, pod } from '../../../../test/support/registry-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

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

  it('scale is a table for kubectl get --subresource=scale', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';
    await api.call('POST', path, deployment('d'));
    const table = await api.call('GET', `${path}/d/scale`, undefined, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    expect(table.json).toMatchObject({ kind: 'Table', metadata: { resourceVersion: expect.stringMatching(/^[1-9]/) } });
    expect(table.json['columnDefinitions']).toMatchObject([
      { name: 'Name' },
      {
        name: 'Desired',
        type: 'integer',
        description: 'replicas is the desired number of instances for the scaled object.',
      },
      { name: 'Available', type: 'integer' },
      { name: 'Age' },
    ]);
    expect(table.json['rows']).toMatchObject([{ cells: ['d', 2, 0, expect.any(String)] }]);
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
