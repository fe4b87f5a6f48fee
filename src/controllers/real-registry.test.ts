/** FleetWorld imitates the registry; here the controllers that lean on its finer promises meet the real one. */
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { configMap, registryFixture } from '../../test/support/registry-fixture.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import type { ReconcileContext } from '../queue/reconciler.ts';
import type { StoredObject } from '../registry/registry.ts';
import { decodeObject } from '../registry/registry.ts';
import { seededRandom } from '../timing/random.ts';
import type { KubeObject } from '../values/object.ts';
import type { ControllerContext } from './controller.ts';
import { endpointSliceMirroringController } from './endpointslice-mirroring/controller.ts';
import { eventTtlController } from './event-ttl/controller.ts';
import { garbageCollector } from './garbage-collector/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { Views } from './views/views.ts';

type Definition = typeof garbageCollector;
async function world(definition: Definition) {
  const { registry, time } = await registryFixture();
  const clock = new ManualClock();
  const lease = { shard: definition.name, holder: 'w', epoch: 1 };
  const events = () => () => undefined;
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const views = new Views({
    ...{ registry, random: seededRandom(1), logger: silentLogger },
    clock: { now: () => time.ms, monotonic: () => 0, sleep: () => setImmediate() },
  });
  await views.start(stop.signal);
  const context = { registry, views, clock: { ...clock, now: () => time.ms }, events };
  const { reconciler } = definition.create(context as unknown as ControllerContext);
  const run = { lease, signal: new AbortController().signal } satisfies ReconcileContext;
  const look = async (...keys: string[]): Promise<void> => {
    const results = await reconciler.reconcileBatch(
      keys.map((key) => ({ key, attempt: 0 })),
      run,
    );
    expect([...results.values()].filter((result) => result instanceof Error)).toEqual([]);
  };
  const names = async (id: string): Promise<string[]> => (await registry.list(id, {})).items.map(({ name }) => name);
  return { registry, time, look, names };
}
const reference = ({ name, uid }: StoredObject) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion: true },
});

test('a circle of foreground deletions ends', async () => {
  const { registry, look, names } = await world(garbageCollector);
  const a = (await registry.create('configmaps', 'default', configMap('a'))).object;
  const b = (await registry.create('configmaps', 'default', configMap('b'))).object;
  for (const [name, owner] of [
    ['a', b],
    ['b', a],
  ] as const) {
    await registry.modify('configmaps', 'default', name, ({ metadata }) => {
      metadata.ownerReferences = [reference(owner)];
      return true;
    });
  }
  await registry.delete('configmaps', 'default', 'a', { propagationPolicy: 'Foreground' });
  for (let round = 0; round < 3; round += 1) {
    await look('finalize/configmaps/default/a', 'finalize/configmaps/default/b');
  }
  expect(await names('configmaps')).toEqual([]);
});

test('a terminating namespace is emptied and goes', async () => {
  const { registry, look, names } = await world(namespaceController);
  const inOther = { ...configMap('x'), metadata: { name: 'x', namespace: 'other', finalizers: ['example.com/hold'] } };
  await registry.create('configmaps', 'other', inOther);
  await registry.delete('namespaces', '', 'other');
  await look('other');
  const held = decodeObject<KubeObject & { status: object }>(await registry.get('namespaces', '', 'other'));
  expect(held.status).toMatchObject({
    phase: 'Terminating',
    conditions: expect.arrayContaining([expect.objectContaining({ reason: 'SomeFinalizersRemain' })]),
  });
  await registry.modify('configmaps', 'other', 'x', ({ metadata }) => {
    metadata.finalizers = [];
    return true;
  });
  await look('other');
  expect(await names('configmaps')).toEqual([]);
  expect(await names('namespaces')).toEqual(['default']);
});

test('an event goes after its hour', async () => {
  const { registry, time, look, names } = await world(eventTtlController);
  const involvedObject = { namespace: 'default', name: 'x' };
  await registry.create('events', 'default', { metadata: { name: 'e', namespace: 'default' }, involvedObject });
  time.ms += 3_599_000;
  await look('expire');
  expect(await names('events')).toEqual(['e']);
  time.ms += 2_000;
  await look('expire');
  expect(await names('events')).toEqual([]);
});

test('mirrors of many addresses of the same ports are stored, and old ones go', async () => {
  const { registry, look } = await world(endpointSliceMirroringController);
  const metadata = { name: 'db', namespace: 'default' };
  await registry.create('services', 'default', { metadata, spec: { clusterIP: 'None', ports: [{ port: 80 }] } });
  const subset = (third: number, port: number) => ({
    addresses: Array.from({ length: 600 }, (_, at) => ({ ip: `10.${third}.${at >> 8}.${at % 256}` })),
    ports: [{ port }],
  });
  await registry.create('endpoints', 'default', { metadata, subsets: [subset(1, 80), subset(2, 81)] });
  const mirrors = async () => {
    const { items } = await registry.list('endpointslices.discovery.k8s.io', { namespace: 'default' });
    const slices = items.map((item) =>
      decodeObject<KubeObject & { endpoints: object[]; ports: { port: number }[] }>(item),
    );
    return slices.map(({ endpoints, ports }) => [ports[0]?.port, endpoints.length]).sort();
  };
  await look('default/db');
  expect(await mirrors()).toEqual([
    [80, 600],
    [81, 600],
  ]);
  await registry.modify<KubeObject & { subsets?: object[] }>('endpoints', 'default', 'db', (object) => {
    object.subsets = [subset(1, 80), subset(2, 80), { addresses: subset(1, 80).addresses, ports: [{ port: 82 }] }];
    return true;
  });
  await look('default/db');
  expect(await mirrors()).toEqual([
    [80, 1_000],
    [82, 600],
  ]);
});
