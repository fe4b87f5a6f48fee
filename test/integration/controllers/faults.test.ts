/** Faults over two processes on one Postgres: what one makes the other sees, and every shard of kubelets is told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FaultView } from '../../../src/kubelet/faults/fault-view.ts';
import type { Node } from '../../../src/kubelet/node.ts';
import { kubeletTriggers } from '../../../src/kubelet/triggers.ts';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { RESOURCES } from '../../../src/resources/index.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';
import { storageFixture } from '../storage/storage-fixture.ts';

const FAULTS = 'faults.fleet.flotilla.dev';
const SHARDS = 3;
const fixture = storageFixture();
const stop = new AbortController();
let storages: Storage[];
let registries: Registry[];
let views: FaultView[];

beforeAll(async () => {
  storages = [await fixture.open(), await fixture.open()];
  const clock = systemClock;
  registries = storages.map(({ objects, feed, continueKey }) =>
    createRegistry({
      ...{ objects, feed, continueKey, resources: RESOURCES, triggers: kubeletTriggers(SHARDS), clock },
      doorbell: { ring: () => undefined },
    }),
  );
  views = registries.map(
    (registry) => new FaultView({ registry, clock, random: seededRandom(1), logger: silentLogger }),
  );
  await Promise.all(views.map((view) => view.start(stop.signal)));
});
afterAll(() => stop.abort());

const node = (i: number): Node => ({
  ...{ apiVersion: 'v1', kind: 'Node' },
  metadata: { name: `n${i}`, uid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, labels: { disk: 'ssd' } },
});
const dead = (view: FaultView | undefined): number[] =>
  Array.from({ length: 200 }, (_, i) => i).filter((i) => view?.ofNode(node(i)).dead !== undefined);

test('two processes agree on whom a fault holds, from its creation to its deletion', async () => {
  const [here, there] = registries;
  await here?.create(FAULTS, '', {
    ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata: { name: 'f' } },
    spec: { type: 'Partition', nodeSelector: { matchLabels: { disk: 'ssd' } }, share: '30%', seed: 3 },
  });
  expect((await storages[0]?.due.dueShards(0))?.sort()).toEqual(['kubelet/0', 'kubelet/1', 'kubelet/2']);

  // The worker that was told reads anew, whatever its watch has seen.
  const [own, other] = views;
  await other?.refresh();
  const held = dead(other);
  expect(held.length).toBeGreaterThan(30);
  expect(held.length).toBeLessThan(90);
  await until(() => dead(own).length > 0);
  expect(dead(own)).toEqual(held);

  await there?.modify(FAULTS, '', 'f', (object) => {
    object['spec'] = { ...(object['spec'] as object), share: '60%' };
    return true;
  });
  await until(() => views.every((view) => dead(view).length > held.length));
  expect(dead(own)).toEqual(dead(other));
  expect(held.every((i) => dead(own).includes(i))).toBe(true);

  await there?.delete(FAULTS, '', 'f');
  await until(() => views.every((view) => dead(view).length === 0));
});
