import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, CONFIG_MAPS, PODS } from '../../../../test/support/api-fixture.ts';
import { configMap, pod } from '../../../../test/support/registry-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

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
