import { describe, expect, it, vi } from 'vitest';
import { configMap, registryFixture } from '../../test/support/registry-fixture.ts';
import { seededRandom } from '../timing/random.ts';
import { Informer } from './informer.ts';
import type { Registry } from './registry.ts';

async function setUp(count = 0) {
  const fixture = await registryFixture();
  const names = Array.from({ length: count }, (_, i) => configMap(`c-${i}`));
  await fixture.registry.createAll('configmaps', names);
  const controller = new AbortController();
  const waits: number[] = [];
  const informer = new Informer<string>({
    resource: 'configmaps',
    project: (object) => (object.metadata.labels?.['hidden'] ? undefined : object.metadata.uid),
    clock: {
      now: () => 0,
      monotonic: () => 0,
      sleep: async (ms, signal) => {
        waits.push(ms);
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      },
    },
    random: seededRandom(1),
  });
  return { ...fixture, informer, controller, waits };
}
const unexpected = (error: unknown): void => {
  throw error;
};

describe('Informer', () => {
  it('lists more than a page, then follows', async () => {
    const { registry, informer, controller, store } = await setUp(1_500);
    await informer.start(registry, controller.signal, unexpected);
    expect(informer.size).toBe(1_500);
    await registry.delete('configmaps', 'default', 'c-0');
    await registry.create('configmaps', 'default', configMap('new'));
    await registry.create('configmaps', 'default', configMap('unseen', {}, { hidden: 'yes' }));
    await vi.waitUntil(() => informer.revision === store.revision);
    expect(informer.get('default', 'c-0')).toBeUndefined();
    expect(informer.get('default', 'new')).toBeDefined();
    expect(informer.get('default', 'unseen')).toBeUndefined();
    expect(informer.size).toBe(1_500);
    controller.abort();
  });

  it('lists again when it fell behind, and drops what went meanwhile', async () => {
    const { registry, informer, controller, store } = await setUp(3);
    let broken = true;
    const halting: Registry = {
      ...registry,
      changes: (options) => {
        if (!broken) {
          return registry.changes(options);
        }
        broken = false;
        return (async function* () {
          await registry.delete('configmaps', 'default', 'c-1');
          await registry.create('configmaps', 'default', configMap('late'));
          store.compact(store.revision);
          yield* registry.changes(options);
        })();
      },
    };
    await informer.start(halting, controller.signal, unexpected);
    await vi.waitUntil(() => informer.get('default', 'late') !== undefined);
    expect(informer.get('default', 'c-1')).toBeUndefined();
    expect(informer.size).toBe(3);
    controller.abort();
  });

  it('reports failures, waits longer each time, and recovers', async () => {
    const { registry, informer, controller, waits } = await setUp(2);
    const failures: unknown[] = [];
    const failing: Registry = {
      ...registry,
      list: async (...args) => {
        if (failures.length < 4) {
          throw new Error('the database is away');
        }
        return registry.list(...args);
      },
    };
    await informer.start(failing, controller.signal, (error) => failures.push(error));
    expect(informer.size).toBe(2);
    expect(failures).toHaveLength(4);
    expect(waits).toHaveLength(4);
    waits.forEach((wait, i) => {
      expect(wait).toBeLessThanOrEqual(100 * 2 ** (i + 1));
      expect(wait).toBeGreaterThanOrEqual(50 * 2 ** (i + 1));
    });
    controller.abort();
  });

  it('stops with the signal', async () => {
    const { registry, informer, controller } = await setUp();
    controller.abort(new Error('stopping'));
    await expect(informer.start(registry, controller.signal, unexpected)).rejects.toThrow('stopping');
  });
});
