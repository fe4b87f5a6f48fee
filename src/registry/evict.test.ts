/** Eviction against the disruption budget, over the in-memory store. */
import { describe, expect, test } from 'vitest';
import { pod, type RegistryFixture, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { StatusError } from '../errors.ts';
import { OneByOne } from '../timing/one-by-one.ts';
import type { KubeObject } from '../values/object.ts';

const PDB = 'poddisruptionbudgets.policy';
type Loose = KubeObject & { status: Record<string, unknown> };

async function addPod({ registry }: RegistryFixture, name: string, phase = 'Running', ready = 'True'): Promise<void> {
  const bound = { ...pod(name, { nodeName: 'n1' }), metadata: { name, namespace: 'default', labels: { app: 'web' } } };
  await registry.create('pods', 'default', bound);
  const change = (object: Loose): true => {
    object.status = { phase, conditions: [{ type: 'Ready', status: ready }] };
    return true;
  };
  await registry.modify<Loose>('pods', 'default', name, change, { subresource: 'status' });
}
async function addBudget(
  { registry }: RegistryFixture,
  status: object,
  spec: object = {},
  name = 'web',
): Promise<void> {
  const selector = { matchLabels: { app: 'web' } };
  await registry.create(PDB, 'default', {
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace: 'default' } },
    spec: { minAvailable: 2, selector, ...spec },
  });
  const change = (object: Loose): true => {
    object.status = { observedGeneration: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, ...status };
    return true;
  };
  await registry.modify<Loose>(PDB, 'default', name, change, { subresource: 'status' });
}
const budget = async ({ registry }: RegistryFixture) => read(await registry.get(PDB, 'default', 'web')).status;
const isGoing = async ({ registry }: RegistryFixture, name: string) =>
  read(await registry.get('pods', 'default', name)).metadata.deletionTimestamp !== undefined;
const refusalOf = (run: Promise<void>): Promise<StatusError | undefined> =>
  run.then(
    () => undefined,
    (error: StatusError) => error,
  );
const INSUFFICIENT = {
  ...{ type: 'DisruptionAllowed', status: 'False', reason: 'bar', message: 'hoge' },
  lastTransitionTime: '2026-01-02T03:04:05Z',
};

describe('an eviction', () => {
  test('spends its budget, marks the pod and deletes it, in one revision each and at once', async () => {
    const world = await registryFixture();
    await addPod(world, 'p');
    await addBudget(world, { disruptionsAllowed: 1 });
    const before = world.store.writes.length;
    await world.registry.evict('default', 'p', { gracePeriodSeconds: 7 });
    expect(world.store.writes.slice(before).map(({ resource }) => resource)).toEqual([PDB, 'pods']);
    expect(await budget(world)).toMatchObject({
      ...{ disruptionsAllowed: 0, disruptedPods: { p: '2026-01-02T03:04:05Z' } },
      conditions: [
        expect.objectContaining({
          type: 'DisruptionAllowed',
          status: 'False',
          reason: 'InsufficientPods',
          message: '',
        }),
      ],
    });
    const { metadata, status } = read(await world.registry.get('pods', 'default', 'p'));
    expect(metadata.deletionGracePeriodSeconds).toBe(7);
    expect(status?.['conditions']).toContainEqual({
      ...{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' },
      ...{ message: 'Eviction API: evicting', observedGeneration: 1, lastTransitionTime: '2026-01-02T03:04:05Z' },
    });
  });

  test.each<[string, object, object, string]>([
    [
      'needs more healthy pods',
      { disruptionsAllowed: 0, currentHealthy: 2 },
      {},
      'The disruption budget web needs 2 healthy pods and has 2 currently',
    ],
    [
      'was not looked at since it changed',
      { disruptionsAllowed: 1, observedGeneration: 0 },
      { retryAfterSeconds: 10 },
      'The disruption budget web is still being processed by the server.',
    ],
    [
      'cannot be counted',
      { disruptionsAllowed: 0, conditions: [{ ...INSUFFICIENT, reason: 'SyncFailed' }] },
      {},
      'The disruption budget web does not allow evicting pods currently because it failed sync: hoge',
    ],
    [
      'says why itself',
      { disruptionsAllowed: 0, conditions: [INSUFFICIENT] },
      {},
      'The disruption budget web does not allow evicting pods currently (bar): hoge',
    ],
    ['says nothing', { disruptionsAllowed: 0 }, {}, 'The disruption budget web does not allow evicting pods currently'],
  ])('is refused by a budget that %s, and changes nothing', async (_, status, details, message) => {
    const world = await registryFixture();
    await addPod(world, 'p');
    await addBudget(world, status);
    const before = world.store.revision;
    const refused = await refusalOf(world.registry.evict('default', 'p'));
    expect(refused?.toStatus()).toEqual({
      ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'TooManyRequests', code: 429 },
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget', message }], ...details },
    });
    expect(world.store.revision).toBe(before);
  });

  test.each<[string, object, string]>([
    ['a negative count', { disruptionsAllowed: -1 }, 'pdb disruptions allowed is negative'],
    [
      'too many evictions that nobody confirmed',
      {
        disruptionsAllowed: 1,
        disruptedPods: Object.fromEntries(Array.from({ length: 2_001 }, (_, n) => [`p${n}`, '2026-01-01T00:00:00Z'])),
      },
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
    ],
  ])('is forbidden by %s', async (_, status, why) => {
    const world = await registryFixture();
    await addPod(world, 'p');
    // Validation would refuse the first: it is written past it, as by an older server.
    await addBudget(world, {});
    const stored = await world.registry.get(PDB, 'default', 'web');
    const object = read(stored);
    await world.store.commit({
      ...{ op: 'update', ...stored, ownerUids: [], controllerUid: '', expected: stored },
      body: JSON.stringify({ ...object, status: { ...object.status, ...status } }),
    });
    const refused = await refusalOf(world.registry.evict('default', 'p'));
    expect(refused).toMatchObject({
      code: 403,
      message: `poddisruptionbudget.policy "web" is forbidden: ${why}`,
    });
  });

  test('of a pod with two budgets is an error that says so', async () => {
    const world = await registryFixture();
    await addPod(world, 'p');
    await addBudget(world, { disruptionsAllowed: 1 });
    await addBudget(world, { disruptionsAllowed: 1 }, {}, 'other');
    expect(await refusalOf(world.registry.evict('default', 'p'))).toMatchObject({
      code: 500,
      message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    });
    expect(await isGoing(world, 'p')).toBe(false);
  });

  test.each<[string, [phase: string, ready: string], object, object, boolean]>([
    ['a pending pod', ['Pending', 'False'], {}, {}, true],
    ['a finished pod', ['Succeeded', 'False'], {}, {}, true],
    ['a ready pod', ['Running', 'True'], { currentHealthy: 2 }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, false],
    ['an unready pod where the budget is met', ['Running', 'False'], { currentHealthy: 2 }, {}, true],
    ['an unready pod where it is not', ['Running', 'False'], { currentHealthy: 1 }, {}, false],
    [
      'an unready pod where nothing is desired',
      ['Running', 'False'],
      { currentHealthy: 2, desiredHealthy: 0 },
      {},
      false,
    ],
    [
      'an unready pod, always allowed',
      ['Running', 'False'],
      { currentHealthy: 1 },
      { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
      true,
    ],
  ])('asks the budget or not: %s', async (_, [phase, ready], status, spec, goes) => {
    const world = await registryFixture();
    await addPod(world, 'p', phase, ready);
    await addBudget(world, { disruptionsAllowed: 0, ...status }, spec);
    expect((await refusalOf(world.registry.evict('default', 'p')))?.code).toBe(goes ? undefined : 429);
    const left = await world.registry.find('pods', 'default', 'p');
    expect(left === undefined || (await isGoing(world, 'p'))).toBe(goes);
    expect((await budget(world))?.['disruptedPods']).toBeUndefined();
  });

  test.each<[string, object | undefined, boolean]>([
    ['an empty selector guards every pod of its namespace', {}, false],
    ['no selector guards none', undefined, true],
    ['a selector of others guards others', { matchLabels: { app: 'db' } }, true],
  ])('a budget with %s', async (_, selector, goes) => {
    const world = await registryFixture();
    await addPod(world, 'p');
    await addBudget(world, { disruptionsAllowed: 0 }, { selector });
    expect((await refusalOf(world.registry.evict('default', 'p')))?.code).toBe(goes ? undefined : 429);
    expect(await isGoing(world, 'p')).toBe(goes);
  });

  test('a dry run is judged and changes nothing', async () => {
    const world = await registryFixture();
    await addPod(world, 'p');
    await addBudget(world, { disruptionsAllowed: 1 });
    const before = world.store.revision;
    await world.registry.evict('default', 'p', { dryRun: true });
    expect(world.store.revision).toBe(before);
  });

  test('a pod that becomes ready meanwhile is judged anew', async () => {
    const world = await registryFixture();
    await addPod(world, 'p', 'Running', 'False');
    await addBudget(world, { disruptionsAllowed: 0, currentHealthy: 2 });
    world.store.beforeCommit = async () => {
      world.store.beforeCommit = undefined;
      const change = (object: Loose): true => {
        object.status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
        return true;
      };
      await world.registry.modify<Loose>('pods', 'default', 'p', change, { subresource: 'status' });
    };
    expect((await refusalOf(world.registry.evict('default', 'p')))?.code).toBe(429);
    expect(await isGoing(world, 'p')).toBe(false);
  });

  test('many at once never exceed the budget, and use it up', async () => {
    const world = await registryFixture();
    const names = Array.from({ length: 60 }, (_, n) => `p${n}`);
    for (const name of names) {
      await addPod(world, name);
    }
    await addBudget(world, { disruptionsAllowed: 25, currentHealthy: 60, desiredHealthy: 35 });
    const refused = await Promise.all(names.map((name) => refusalOf(world.registry.evict('default', name))));
    expect(refused.filter((error) => error === undefined)).toHaveLength(25);
    expect(new Set(refused.map((error) => error?.code))).toEqual(new Set([undefined, 429]));
    const going = await Promise.all(names.map((name) => isGoing(world, name)));
    expect(going.filter(Boolean)).toHaveLength(25);
    const { disruptionsAllowed, disruptedPods } = (await budget(world)) as Record<string, object>;
    expect(disruptionsAllowed).toBe(0);
    expect(Object.keys(disruptedPods ?? {}).sort()).toEqual(names.filter((_, at) => going[at]).sort());
  });
});

test('rivals of one key run one after another, those of another beside them', async () => {
  const line = new OneByOne();
  const log: string[] = [];
  const task =
    (name: string, fails = false) =>
    async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (fails) {
        throw new StatusError('Conflict', name);
      }
    };
  const all = [line.run('k', task('a', true)), line.run('k', task('b')), line.run('other', task('c'))];
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(log.filter((entry) => !entry.startsWith('c'))).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  expect(log.indexOf('c begins')).toBeLessThan(log.indexOf('b begins'));
});
