import { describe, expect, it } from 'vitest';
import { failure, pod, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { PRIORITY_CLASSES } from './default-priority.ts';
import { ensureSystemClasses } from './ensure-system-classes.ts';

const priorityClass = (name: string, value: number, more: object = {}) => ({ metadata: { name }, value, ...more });

async function setUp() {
  const fixture = await registryFixture();
  const { registry } = fixture;
  return {
    ...fixture,
    define: (name: string, value: number, more: object = {}) =>
      registry.create(PRIORITY_CLASSES, '', priorityClass(name, value, more)),
    create: async (name: string, spec: Record<string, unknown> = {}) =>
      read((await registry.create('pods', 'default', pod(name, spec))).object).spec,
  };
}

describe('the priority of a pod', () => {
  it('is nothing without a class', async () => {
    const { create } = await setUp();
    const spec = await create('a');
    expect(spec).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
    expect(spec).not.toHaveProperty('priorityClassName');
  });

  it('is that of the class it names', async () => {
    const { create, define } = await setUp();
    await define('high', 1_000, { preemptionPolicy: 'Never' });
    expect(await create('a', { priorityClassName: 'high' })).toMatchObject({
      priority: 1_000,
      preemptionPolicy: 'Never',
    });
    expect(await create('b', { priorityClassName: 'system-node-critical' })).toMatchObject({ priority: 2_000_001_000 });
  });

  it('is that of the default class, from the moment that there is one and to its end', async () => {
    const { create, define, registry } = await setUp();
    await create('before');
    await define('usual', 7, { globalDefault: true });
    expect(await create('a')).toMatchObject({ priorityClassName: 'usual', priority: 7 });
    await registry.delete(PRIORITY_CLASSES, '', 'usual');
    expect(await create('b')).toMatchObject({ priority: 0 });
  });

  it('is the same for many pods, and asked for once a second', async () => {
    const { define, registry, store, time } = await setUp();
    await define('usual', 7, { globalDefault: true });
    let lists = 0;
    const list = store.list.bind(store);
    store.list = (query) => {
      lists += query.resource === PRIORITY_CLASSES ? 1 : 0;
      return list(query);
    };
    const many = ['a', 'b', 'c'].map((name) => pod(name));
    for (const written of await registry.createAll('pods', many)) {
      expect(written instanceof Error ? written : read(written.object).spec).toMatchObject({ priority: 7 });
    }
    expect(lists).toBe(1);
    time.ms += 1_001;
    await registry.create('pods', 'default', pod('later'));
    expect(lists).toBe(2);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ priorityClassName: 'nobody' }, 'no PriorityClass with name nobody was found'],
    [
      { priority: 5 },
      'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    [
      { preemptionPolicy: 'Never' },
      'the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    ],
  ])('is not for the pod to say: %j', async (spec, why) => {
    const { create, registry } = await setUp();
    expect(await failure(create('a', spec))).toMatchObject({ code: 403, message: `pods "a" is forbidden: ${why}` });
    expect(await registry.find('pods', 'default', 'a')).toBeUndefined();
  });
});

describe('the default class', () => {
  it('is one: no second is made or marked, the one may change', async () => {
    const { define, registry } = await setUp();
    await define('usual', 7, { globalDefault: true });
    await define('other', 8);
    const why = 'PriorityClass usual is already marked as default. Only one default can exist';
    expect(await failure(define('third', 9, { globalDefault: true }))).toMatchObject({ code: 403 });
    const marked = priorityClass('other', 8, { globalDefault: true });
    expect(await failure(registry.update(PRIORITY_CLASSES, '', 'other', marked))).toMatchObject({
      code: 403,
      message: `priorityclasses.scheduling.k8s.io "other" is forbidden: ${why}`,
    });
    const described = priorityClass('usual', 7, { globalDefault: true, description: 'as ever' });
    expect(read((await registry.update(PRIORITY_CLASSES, '', 'usual', described)).object)).toMatchObject({
      description: 'as ever',
    });
    await registry.update(PRIORITY_CLASSES, '', 'usual', priorityClass('usual', 7));
    await registry.update(PRIORITY_CLASSES, '', 'other', marked);
  });
});

it('the classes of the system are made where they are missing, and stay as they are', async () => {
  const { registry } = await setUp();
  await ensureSystemClasses(registry);
  await registry.delete(PRIORITY_CLASSES, '', 'system-node-critical');
  const kept = await registry.get(PRIORITY_CLASSES, '', 'system-cluster-critical');
  await ensureSystemClasses(registry);
  expect(read(await registry.get(PRIORITY_CLASSES, '', 'system-node-critical'))).toMatchObject({
    value: 2_000_001_000,
  });
  expect((await registry.get(PRIORITY_CLASSES, '', 'system-cluster-critical')).uid).toBe(kept.uid);
});

it('no client deletes a class of the system', async () => {
  const { define, registry } = await setUp();
  await ensureSystemClasses(registry);
  await define('own', 7);
  const user = { username: 'admin', groups: ['system:masters'] };
  expect(await failure(registry.delete(PRIORITY_CLASSES, '', 'system-node-critical', { user }))).toEqual({
    code: 403,
    reason: 'Forbidden',
    message:
      'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
  });
  expect((await registry.delete(PRIORITY_CLASSES, '', 'own', { user })).removed).toBe(true);
});
