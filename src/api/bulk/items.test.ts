import { describe, expect, it } from 'vitest';
import { create, merge, remove, useBulk } from '../../../test/support/bulk-fixture.ts';
import { configMap, pod } from '../../../test/support/registry-fixture.ts';
import { parseBytes } from '../http/parse-bytes.ts';

const bulk = useBulk();
const { post, dataOf } = bulk;

describe('items', () => {
  it('are created, changed and deleted in order, each with its answer', async () => {
    const answers = await post([
      { ...create(configMap('a', { n: '1' })), id: 'first' },
      create(pod('p')),
      merge('a', { data: { n: '2' } }),
      create(configMap('a')),
      remove('a'),
      create(configMap('a', { n: '3' })),
      { ...merge('p', []), kind: 'Pod', type: 'json', subresource: 'status' },
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

  it('on long lines are parsed in another thread', async () => {
    const elsewhere: string[] = [];
    await bulk.restart({
      parseElsewhere: async (format, body) => {
        elsewhere.push(format);
        return parseBytes(format, body);
      },
    });
    const long = create(configMap('long', { k: 'v'.repeat(120_000) }));
    const answers = await post([
      create(configMap('short')),
      long,
      merge('short', { data: { k: 'v'.repeat(120_000) } }),
    ]);
    expect([answers.map(({ code }) => code), elsewhere]).toEqual([
      [201, 201, 200],
      ['json', 'json'],
    ]);
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
    expect((await bulk.api.call('GET', '/api/v1/namespaces/default/pods/p')).json.status.phase).toBe('Running');
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
    expect(bulk.asked).toEqual(
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
    const revision = await bulk.api.registry.currentRevision();
    const answers = await post(
      [create(configMap('a')), create(configMap('b')), merge('a', { data: { n: '2' } }), remove('a')],
      '?dryRun=All',
    );
    expect(answers.map(({ code }) => code)).toEqual([409, 201, 200, 200]);
    expect(answers[1]?.object.metadata).not.toHaveProperty('resourceVersion');
    expect(await bulk.api.registry.currentRevision()).toBe(revision);
  });
});
