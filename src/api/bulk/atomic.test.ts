import { describe, expect, it } from 'vitest';
import { toLines } from '../../../test/support/bulk-client.ts';
import { create, merge, remove, useBulk } from '../../../test/support/bulk-fixture.ts';
import { configMap, pod } from '../../../test/support/registry-fixture.ts';
import { until } from '../../../test/support/until.ts';

const bulk = useBulk();
const { post, open, dataOf } = bulk;

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
    const before = await bulk.api.registry.currentRevision();
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
    const before = await bulk.api.registry.currentRevision();
    expect(await codesOf(items)).toEqual(codes);
    expect(await bulk.api.registry.currentRevision()).toBe(before);
  });

  it('writes nothing when one item loses a race', async () => {
    await post([create(configMap('a', { n: '1' }))]);
    const { store } = bulk.api;
    store.beforeCommit = async () => {
      store.beforeCommit = undefined;
      await bulk.api.registry.patch('configmaps', 'default', 'a', 'merge', { data: { n: 'rival' } });
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
    const before = await bulk.api.registry.currentRevision();
    const inNew = create({ ...configMap('c'), metadata: { name: 'c', namespace: 'new' } });
    const made = create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } });
    expect(await codesOf([made, inNew, remove('a')], '&dryRun=All')).toEqual([201, 201, 200]);
    expect(await codesOf([made, create(configMap('a'))], '&dryRun=All')).toEqual([424, 409]);
    expect(await bulk.api.registry.currentRevision()).toBe(before);
  });

  it('writes nothing of a body that does not come whole', async () => {
    const before = await bulk.api.registry.currentRevision();
    const leaving = await open('?atomic=true');
    await leaving.send(toLines([create(configMap('a'))]));
    leaving.abort();
    const stopped = await open('?atomic=true');
    await stopped.response();
    await stopped.send(toLines([create(configMap('b'))]));
    await until(() => bulk.asked.filter(({ resource }) => resource === 'configmaps').length === 2);
    bulk.api.stop.abort();
    const answers = await stopped.rest();
    expect(answers.map(({ code }) => code)).toEqual([424, 503]);
    expect(await bulk.api.registry.currentRevision()).toBe(before);
  });
});
