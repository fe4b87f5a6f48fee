import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Runtime } from '../../runtimes/runtime.ts';
import type { KubeletConfiguration } from '../../values/kubelet-configuration/configuration.ts';
import type { Node } from '../node.ts';
import { bytesToFree, collectionPolicy, oldImages, removable } from './plan-collection.ts';

const policy = collectionPolicy({});
const image = (imageId: string, firstDetected: number, lastUsed: number) => ({
  ...{ imageId, names: [imageId], sizeBytes: 1, firstDetected, lastUsed },
});

const fill = (world: World, left: string) =>
  world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
    const signals = JSON.stringify({ 'imagefs.available': left });
    metadata.annotations = { ...metadata.annotations, 'fleet.flotilla.dev/signals': signals };
  });

describe('the plan', () => {
  it('frees down to the low threshold when the high one is met', () => {
    expect(bytesToFree({ capacity: 1_000, available: 160 }, policy)).toBe(0);
    expect(bytesToFree({ capacity: 1_000, available: 150 }, policy)).toBe(50);
    expect(bytesToFree({ capacity: 1_000, available: 9_000 }, policy)).toBe(0);
  });

  it('takes what was used longest ago, and nothing that is new', () => {
    const images = [image('new', 60_000, 0), image('late', 0, 50_000), image('early', 0, 10_000)];
    expect(removable(images, policy, 120_000).map(({ imageId }) => imageId)).toEqual(['early', 'late']);
  });

  it('lets images grow old only where that is asked, and only once it has looked for so long', () => {
    const aging = collectionPolicy({ imageMaximumGCAge: '1h' });
    const images = [image('old', 0, 0), image('used', 0, 5_000_000)];
    expect(oldImages(images, policy, 9e9, 0)).toEqual([]);
    expect(oldImages(images, aging, 3_600_000, 0)).toEqual([]);
    expect(oldImages(images, aging, 3_600_001, 0).map(({ imageId }) => imageId)).toEqual(['old']);
  });
});

describe('images of a node', () => {
  async function worldWith(configuration: KubeletConfiguration = {}) {
    const world = new World(configuration);
    world.addNode('n1');
    await world.run(0);
    world.addPod('stays', { containers: [{ name: 'main', image: 'used:1' }] });
    world.addPod('goes', { containers: [{ name: 'main', image: 'unused:1' }] }, { stopMs: 0 });
    await world.run(20_000);
    world.delete('pods', 'default', 'goes', 1);
    await world.run(10_000);
    return world;
  }
  const names = async (world: World) => (await world.runtime.images.list('n1')).map((each) => each.image);

  it('stay while there is room', async () => {
    const world = await worldWith();
    fill(world, '20%');
    await world.run(1_000);
    expect(await names(world)).toEqual(['unused:1', 'used:1']);
  });

  it('go when the disk is full, unless a container was made from them', async () => {
    const world = await worldWith({ evictionHard: {} });
    fill(world, '10%');
    await world.run(1_000);
    expect(await names(world)).toEqual(['used:1']);
    world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
      metadata.labels = { ...metadata.labels, again: 'yes' };
    });
    await world.run(1_000);
    expect(world.pod('stays')?.status?.phase).toBe('Running');
    const events = (await world.events()).join('\n');
    expect(events).toMatch(
      /FreeDiskSpaceFailed Failed to garbage collect required amount of images. Attempted to free \d+ bytes, but only found \d+ bytes eligible to free\./,
    );
    expect(events).toContain('ImageGCFailed Failed to garbage collect');
  });

  it('go when nobody has used them for long', async () => {
    const world = await worldWith({ imageMaximumGCAge: '10m' });
    await world.run(3_600_000);
    expect(await names(world)).toEqual(['used:1']);
  });
});

interface Store {
  readonly names: Set<string>;
  readonly removed: string[];
  available: number;
  atOnce: number;
  most: number;
  /** What the disk has more when an image goes. */
  perImage: number;
  onRemove?: () => void;
}

/** The simulated runtime as if its nodes were of one host with one store of images. */
function sharedStore(simulated: Runtime) {
  const store: Store = {
    names: new Set(['old:1', 'foreign:1']),
    available: 500,
    removed: [],
    atOnce: 0,
    most: 0,
    perImage: 100,
  };
  const idOf = (image: string): string => `sha256:${image}`;
  const runtime: Runtime = Object.assign(Object.create(simulated), {
    name: 'shared',
    images: {
      status: async (_: string, image: string) =>
        store.names.has(image) ? { state: 'present', imageId: idOf(image), sizeBytes: 100 } : { state: 'absent' },
      pull: async (_: string, image: string) => {
        store.names.add(image);
        return { state: 'present', imageId: idOf(image), sizeBytes: 100 };
      },
      list: async () => [...store.names].map((image) => ({ image, imageId: idOf(image), sizeBytes: 100 })),
      remove: async (_: string, image: string) => {
        store.atOnce += 1;
        store.most = Math.max(store.most, store.atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        store.atOnce -= 1;
        store.removed.push(image);
        store.names.delete(image);
        store.available += store.perImage;
        store.onRemove?.();
      },
    },
    imageStore: {
      disk: async () => ({ capacity: 1_000, available: store.available }),
      // Of a container that is none of ours.
      used: async () => ['foreign:1'],
    },
  });
  return { runtime, store };
}

describe('images of a host that several nodes share', () => {
  async function host(configuration: KubeletConfiguration = {}, available = 500) {
    let shared: ReturnType<typeof sharedStore> | undefined;
    const world = new World(configuration, (simulated) => {
      shared = sharedStore(simulated);
      shared.store.available = available;
      return new Map([['shared', shared.runtime]]);
    });
    for (const name of ['n1', 'n2', 'n3']) {
      world.addNode(name, { annotations: { 'fleet.flotilla.dev/runtime': 'shared' } });
    }
    await world.run(0);
    world.addPod('one', { nodeName: 'n1', containers: [{ name: 'main', image: 'one:1' }] });
    world.addPod('two', { nodeName: 'n2', containers: [{ name: 'main', image: 'two:1' }] });
    await world.run(200_000);
    return { world, store: (shared as ReturnType<typeof sharedStore>).store };
  }

  it('stay while any pod of any of them uses them, and go once when the disk is full', async () => {
    const { world, store } = await host();
    world.addPod('waits', {
      nodeName: 'n3',
      containers: [
        {
          name: 'main',
          image: 'late:1',
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'a' } } }],
        },
      ],
    } as never);
    await world.run(100_000);
    store.names.add('late:1');
    store.available = 100;
    await world.run(700_000);
    expect(store.removed).toEqual(['old:1']);
    expect([...store.names].sort()).toEqual(['foreign:1', 'late:1', 'one:1', 'two:1']);
  });

  it('are looked at by one of them at a time, every five minutes, however many look', async () => {
    const { world, store } = await host();
    store.available = 100;
    for (const image of ['a', 'b', 'c', 'd']) {
      store.names.add(`${image}:1`);
    }
    await world.run(1_000_000);
    expect(store.most).toBe(1);
    // As much as is wanted, not three times that.
    expect(store.removed).toEqual(['old:1']);
  });

  it('no more than is needed, when another worker of the host collects beside it', async () => {
    const { world, store } = await host();
    store.available = 100;
    store.names.add('a:1').add('b:1');
    store.perImage = 50;
    const removed = new Promise<void>((resolve) => {
      store.onRemove = () => {
        store.available = 400;
        resolve();
      };
    });
    await world.run(600_000);
    await removed;
    expect(store.removed).toEqual(['old:1']);
    expect((await world.events()).join()).not.toContain('FreeDiskSpaceFailed');
  });

  it('stay while a worker that has just begun gets to know its nodes, and are new to it', async () => {
    const { world, store } = await host({}, 100);
    fill(world, '1%');
    expect(store.removed).toEqual([]);
    expect((await world.events()).join()).not.toContain('FreeDiskSpaceFailed');
    await world.run(130_000);
    expect(store.removed).toEqual(['old:1']);
  });

  it('new ones stay though a node reclaims', async () => {
    const { world, store } = await host({}, 100);
    store.names.add('preloaded:1');
    store.perImage = 0;
    fill(world, '1%');
    await world.run(90_000);
    expect(store.removed).toContain('old:1');
    expect([...store.names]).toContain('preloaded:1');
  });

  it('whatever a node is told of its disk', async () => {
    const { world, store } = await host({ evictionHard: {} });
    fill(world, '1%');
    await world.run(600_000);
    expect(store.removed).toEqual([]);
  });

  it('stay while the disk has room, though a node that is told of a shortage reclaims', async () => {
    const { world, store } = await host();
    fill(world, '1%');
    await world.run(250_000);
    expect((await world.events()).join()).toContain('EvictionThresholdMet');
    expect(store.removed).toEqual([]);
  });

  it('go no further than the disk of the host asks for when a node reclaims', async () => {
    const { world, store } = await host();
    store.names.add('a:1').add('b:1').add('c:1');
    store.perImage = 60;
    await world.run(310_000);
    store.available = 100;
    fill(world, '1%');
    // Before anybody looks of himself.
    await world.run(60_000);
    expect(store.removed).toEqual(['old:1', 'a:1']);
  });
});
