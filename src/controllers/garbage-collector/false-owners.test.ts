import { describe, expect, test } from 'vitest';
import type { FleetWorld, Loose } from '../../../test/support/fleet-world.ts';
import {
  add,
  addOwned,
  garbageWorld,
  MAPS,
  names,
  type Reference,
  reference,
  remove,
} from '../../../test/support/garbage-world.ts';
import { garbageCollector } from './controller.ts';
import { forEach } from './dependents.ts';
import { garbageTrigger } from './triggers.ts';

const NODES = 'nodes';
const addNode = (fleet: FleetWorld, name: string, ownerReferences: Reference[] = []): Loose =>
  fleet.add(NODES, { kind: 'Node', metadata: { name, ownerReferences } });
const foreign: Reference = {
  ...{ apiVersion: 'example.com/v1', kind: 'Database', name: 'db', uid: 'not-ours', blockOwnerDeletion: false },
};
const signal = new AbortController().signal;

/** One round of the collector over keys. */
const round = (fleet: FleetWorld, keys: readonly string[]) =>
  garbageCollector
    .create({ registry: fleet.registry, events: () => () => undefined } as never)
    .reconciler.reconcileBatch(
      keys.map((key) => ({ key, attempt: 0 })),
      { lease: { shard: 's', holder: 'w', epoch: 1 }, signal } as never,
    );

describe('owners that are not where a dependent says', () => {
  test.each<[string, object, object]>([
    ['of another name', { name: 'other' }, {}],
    ['of another kind', { kind: 'Secret' }, {}],
    ['in another namespace', {}, { namespace: 'elsewhere' }],
  ])('removes what names an owner %s than its UID is of', async (_, named, metadata) => {
    const fleet = await garbageWorld();
    const owner = add(fleet, 'owner');
    add(fleet, 'right', [owner]);
    const wrong = { ...reference(owner), ...named };
    const dependent = { name: 'wrong', namespace: 'default', ...metadata };
    fleet.add(MAPS, { kind: 'ConfigMap', metadata: { ...dependent, ownerReferences: [wrong] } });
    const second = add(fleet, 'second');
    fleet.add(MAPS, {
      kind: 'ConfigMap',
      metadata: { name: 'shared', namespace: 'default', ownerReferences: [{ ...wrong, name: 'x' }, reference(second)] },
    });
    await fleet.advance(11_000);
    expect(names(fleet).sort()).toEqual(['owner', 'right', 'second', 'shared']);
    expect(fleet.get(MAPS, 'shared')?.metadata.ownerReferences).toEqual([reference(second)]);
    const told = fleet.events.filter(({ reason }) => reason === 'OwnerRefInvalidNamespace');
    const place = `[v1/ConfigMap, namespace: elsewhere, name: owner, uid: ${owner.metadata.uid}]`;
    expect(told.map(({ message }) => message)).toEqual(
      'namespace' in metadata ? [`ownerRef ${place} does not exist in namespace "elsewhere"`] : [],
    );
  });

  test.each([
    ['horizontalpodautoscalers.autoscaling', 'HorizontalPodAutoscaler', 'autoscaling/v1'],
    ['horizontalpodautoscalers.autoscaling', 'HorizontalPodAutoscaler', 'autoscaling/v2'],
    ['events', 'Event', 'events.k8s.io/v1'],
  ])('%s are owners also as %s of %s', async (id, kind, apiVersion) => {
    const fleet = await garbageWorld();
    const owner = fleet.add(id, { kind, metadata: { name: 'web', namespace: 'default' }, spec: {} });
    const named = { ...reference(owner), apiVersion };
    addOwned(fleet, 'right', [named]);
    addOwned(fleet, 'wrong', [{ ...named, name: 'other' }]);
    await fleet.advance(11_000);
    expect(names(fleet)).toEqual(['right']);
  });

  test('what also names one of a kind that is not served stays as it is', async () => {
    const fleet = await garbageWorld();
    const owner = add(fleet, 'owner');
    const owners = [{ ...reference(owner), name: 'other' }, foreign];
    addOwned(fleet, 'kept', owners);
    await fleet.advance(15_000);
    expect(fleet.get(MAPS, 'kept')?.metadata.ownerReferences).toEqual(owners);
  });

  test('what is in no namespace keeps an owner of a kind that is in one, whether it is there or not', async () => {
    const fleet = await garbageWorld();
    const [living, gone, held] = [add(fleet, 'living'), add(fleet, 'gone'), add(fleet, 'held')];
    const node = addNode(fleet, 'n1');
    const pod = { ...reference(node), kind: 'Pod' };
    addNode(fleet, 'of-living', [reference(living)]);
    addNode(fleet, 'of-gone', [reference(gone)]);
    addNode(fleet, 'of-held', [reference(held, true)]);
    addNode(fleet, 'of-pod', [pod]);
    addNode(fleet, 'of-another-kind', [{ ...reference(living), kind: 'Node' }]);
    addNode(fleet, 'of-another-name', [{ ...reference(node), name: 'other' }]);
    await remove(fleet, 'gone', 'Background');
    await remove(fleet, 'held', 'Foreground');
    await fleet.advance(11_000);
    expect(names(fleet)).toEqual(['living']);
    const left = fleet.all(NODES).map(({ metadata }) => metadata.name);
    expect(left).toEqual(['n1', 'of-living', 'of-gone', 'of-held', 'of-pod']);
    expect(fleet.get(NODES, 'of-gone')?.metadata.ownerReferences).toEqual([reference(gone)]);
    expect(fleet.get(NODES, 'of-pod')?.metadata.ownerReferences).toEqual([pod]);
  });

  test('of two references to one owner a right one suffices, and of two owners both may be wrong', async () => {
    const fleet = await garbageWorld();
    const [owner, other] = [add(fleet, 'owner'), add(fleet, 'other')];
    const owners = [{ ...reference(owner), name: 'x' }, reference(owner)];
    addOwned(fleet, 'kept', owners);
    addOwned(
      fleet,
      'wrong',
      [owner, other].map((each) => ({ ...reference(each), name: 'x' })),
    );
    await fleet.advance(11_000);
    expect(names(fleet)).toEqual(['owner', 'other', 'kept']);
    expect(fleet.get(MAPS, 'kept')?.metadata.ownerReferences).toEqual(owners);
  });

  test('one that cannot be deleted holds up nothing else', async () => {
    const fleet = await garbageWorld();
    const owner = add(fleet, 'owner');
    add(fleet, 'ending');
    const wrong = { ...reference(owner), name: 'x' };
    for (const name of ['a', 'b', 'c']) {
      addOwned(fleet, name, [wrong]);
    }
    const remover = fleet.registry.delete;
    Object.assign(fleet.registry, {
      delete: async (...args: Parameters<typeof remover>) =>
        args[2] === 'b' ? Promise.reject(new Error('never')) : remover(...args),
    });
    fleet.edit(MAPS, 'default', 'ending', ({ metadata }) => {
      metadata.finalizers = ['orphan'];
      metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    });
    const [key, finalize] = [`owner/${owner.metadata.uid}/configmaps/default/x`, 'finalize/configmaps/default/ending'];
    const results = await round(fleet, [key, finalize]);
    expect(results.get(key)).toEqual(new Error('never'));
    expect(results.get(finalize)).toEqual({});
    expect(names(fleet)).toEqual(['owner', 'b']);
  });

  test('dependents are looked at once, in however many ways they name their owner', async () => {
    const fleet = await garbageWorld();
    const owner = add(fleet, 'owner');
    const looked: string[] = [];
    const { find } = fleet.registry;
    Object.assign(fleet.registry, {
      find: (...args: Parameters<typeof find>) => {
        looked.push(args[2]);
        return find(...args);
      },
    });
    const wrong = ['x', 'y', 'z'];
    add(fleet, 'right', [owner]);
    for (const name of wrong) {
      addOwned(fleet, `of-${name}`, [{ ...reference(owner), name }]);
    }
    await round(
      fleet,
      wrong.map((name) => `owner/${owner.metadata.uid}/configmaps/default/${name}`),
    );
    expect(looked).toEqual(['of-x', 'of-y', 'of-z', 'right']);
    expect(names(fleet)).toEqual(['owner', 'right']);
  });

  test('a name and a UID of any length make a short key, and the name is judged', async () => {
    const fleet = await garbageWorld();
    const owner = add(fleet, 'owner');
    const long = addOwned(fleet, 'long', [{ ...reference(owner), name: '\u{1f6a2}'.repeat(1_500) }]);
    const uid = '\u{1f6a2}'.repeat(1_500);
    const madeUp = { ...long, metadata: { ...long.metadata, ownerReferences: [{ ...reference(owner), uid }] } };
    const due = [long, madeUp].flatMap((after) => garbageTrigger(MAPS).dueOn({ after }));
    expect(due.map(({ key }) => Buffer.byteLength(key) < 1_000)).toEqual([true, true]);
    await fleet.advance(11_000);
    expect(names(fleet)).toEqual(['owner']);
  });

  test.each(['no-such/uid', '%2F', '%252F/%'])('what names the made-up UID %s goes', async (uid) => {
    const fleet = await garbageWorld();
    addOwned(fleet, 'a', [{ ...reference(add(fleet, 'owner')), uid }]);
    await fleet.advance(11_000);
    expect(names(fleet)).toEqual(['owner']);
  });

  test('an owner of a kind that is not served makes nothing due', async () => {
    const fleet = await garbageWorld();
    expect(garbageTrigger(MAPS).dueOn({ after: addOwned(fleet, 'a', [foreign]) })).toEqual([]);
  });

  test('a failure ends forEach after all that has begun', async () => {
    const fleet = await garbageWorld();
    const owner = add(fleet, 'owner');
    const refs = await Promise.all(
      ['a', 'b'].map(async (name) => {
        add(fleet, name, [owner]);
        return (await fleet.registry.dependentsOf([owner.metadata.uid ?? ''])).find((ref) => ref.name === name);
      }),
    );
    const ended: string[] = [];
    const later = new Promise<void>((resolve) => setImmediate(resolve));
    const act = async ({ name }: { name: string }): Promise<void> => {
      if (name === 'a') {
        throw new Error('a fails');
      }
      await later;
      ended.push(name);
    };
    await expect(
      forEach(
        refs.flatMap((ref) => ref ?? []),
        signal,
        act,
      ),
    ).rejects.toThrow('a fails');
    expect(ended).toEqual(['b']);
  });
});
