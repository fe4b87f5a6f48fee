/**
 * Evictions over two API processes on one Postgres, while the disruption controller counts, kubelets end pods and others
 * come: replayed from the change log, no revision has fewer healthy pods than the budget asks for.
 */
import { beforeAll, expect, test } from 'vitest';
import type { ControllerContext } from '../../../src/controllers/controller.ts';
import { disruptionController } from '../../../src/controllers/disruption/controller.ts';
import { Views } from '../../../src/controllers/views/views.ts';
import type { StatusError } from '../../../src/errors.ts';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { decodeObject } from '../../../src/registry/registry.ts';
import { RESOURCES } from '../../../src/resources/index.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import type { KubeObject } from '../../../src/values/object.ts';
import { deployment } from '../../support/registry-fixture.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { storageFixture } from '../storage/storage-fixture.ts';

type Pod = KubeObject & { status: { conditions?: { type: string; status: string }[] } };
const [WANTED, MISSING] = [30, 5];
const PDB = 'poddisruptionbudgets.policy';

const fixture = storageFixture();
let storages: Storage[];
let registries: Registry[];
beforeAll(async () => {
  storages = [await fixture.open(), await fixture.open()];
  registries = storages.map(({ objects, feed, continueKey }) =>
    createRegistry({
      ...{ objects, feed, continueKey, resources: RESOURCES, triggers: [], clock: systemClock },
      doorbell: { ring: () => undefined },
    }),
  );
});

const isReady = ({ status }: Pod) =>
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
const isGoing = ({ metadata }: KubeObject) => metadata.deletionTimestamp !== undefined;

/** A controller's pods: those that went are replaced, ready at once. */
async function fill(registry: Registry, owner: KubeObject, namespace: string): Promise<void> {
  const { items } = await registry.list('pods', { namespace });
  const missing = WANTED - items.filter((item) => !isGoing(decodeObject(item))).length;
  const { uid = '', name = '' } = owner.metadata;
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: {
      ...{ generateName: 'p-', namespace, labels: { app: 'web' } },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
    },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
  };
  for (const made of await registry.createAll(
    'pods',
    Array.from({ length: Math.max(0, missing) }, () => pod),
  )) {
    const change = (object: Pod): true => {
      object.status = { ...object.status, ...{ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } };
      return true;
    };
    const created = made instanceof Error ? expect.fail(made.message) : made.object;
    await registry.modify<Pod>('pods', namespace, created.name, change, { subresource: 'status' });
  }
}

async function endSome(registry: Registry, namespace: string, chance: () => boolean): Promise<void> {
  const { items } = await registry.list('pods', { namespace });
  const going = items.filter((item) => isGoing(decodeObject(item)) && chance());
  await Promise.all(going.map(({ name }) => registry.delete('pods', namespace, name, { gracePeriodSeconds: 0 })));
}

/** How many healthy pods each revision had, from when the first were there. */
async function healthyByRevision(storage: Storage, namespace: string, from: number): Promise<number[]> {
  const healthy = new Set<string>();
  const counts: number[] = [];
  const last = await storage.objects.currentRevision();
  const signal = AbortSignal.timeout(20_000);
  for await (const batch of storage.feed.changes({ from, resources: new Set(['pods']), signal, eagerProgress: true })) {
    for (const { type, object } of batch.changes.filter((change) => change.object.namespace === namespace)) {
      const pod = decodeObject<Pod>(object);
      type !== 'DELETED' && isReady(pod) && !isGoing(pod) ? healthy.add(object.name) : healthy.delete(object.name);
      counts.push(healthy.size);
    }
    if (batch.revision >= last) {
      break;
    }
  }
  return counts.slice(counts.indexOf(WANTED));
}

test.each([1, 2, 3])('no interleaving of evictions goes below the budget (seed %i)', async (seed) => {
  const [api, other] = registries as [Registry, Registry];
  const [storage] = storages as [Storage];
  const random = seededRandom(seed);
  const namespace = `evictions-${seed}`;
  const from = await api.currentRevision();
  await api.create('namespaces', '', { metadata: { name: namespace } });
  const set = { ...deployment('web', { replicas: WANTED }), kind: 'ReplicaSet', metadata: { name: 'web', namespace } };
  const owner = decodeObject((await api.create('replicasets.apps', namespace, set)).object);
  await fill(api, owner, namespace);
  await api.create(PDB, namespace, {
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace } },
    spec: { maxUnavailable: MISSING, selector: { matchLabels: { app: 'web' } } },
  });
  const stop = new AbortController();
  const views = new Views({ registry: other, clock: systemClock, random, logger: silentLogger });
  await views.start(stop.signal);
  const shard = disruptionController.name;
  const lease = (await storage.due.claim(shard, 'w', 60_000, 1))?.lease ?? expect.fail('no lease');
  const context = { registry: other, views, clock: systemClock, events: () => () => undefined };
  const { reconciler } = disruptionController.create(context as unknown as ControllerContext);
  const count = () =>
    reconciler.reconcileBatch([{ key: `${namespace}/web`, attempt: 0 }], { lease, signal: stop.signal });
  await count();
  const granted: string[] = [];
  const codes = new Set<number>();
  const evict = (registry: Registry, name: string): Promise<void> =>
    registry.evict(namespace, name).then(
      () => void granted.push(name),
      (error: unknown) => void codes.add((error as StatusError).code),
    );
  for (let round = 0; round < 6; round += 1) {
    const { items } = await api.list('pods', { namespace });
    const victims = items.filter(() => random.next() < 0.5);
    await Promise.all([
      ...victims.map(({ name }, at) => evict(at % 2 === 0 ? api : other, name)),
      ...[count(), count(), endSome(api, namespace, () => random.next() < 0.7), count()],
    ]);
    await fill(api, owner, namespace);
    await count();
  }
  await endSome(api, namespace, () => true);
  await fill(api, owner, namespace);
  await count();
  const { status } = decodeObject<KubeObject & { status: object }>(await api.get(PDB, namespace, 'web'));
  expect(status).toMatchObject({
    currentHealthy: WANTED,
    desiredHealthy: WANTED - MISSING,
    disruptionsAllowed: MISSING,
  });
  const counts = await healthyByRevision(storage, namespace, from);
  expect(Math.min(...counts)).toBe(WANTED - MISSING);
  expect(granted.length).toBeGreaterThan(MISSING);
  for (const code of codes) {
    expect([404, 429]).toContain(code);
  }
  await storage.due.settle(lease, [], true);
  stop.abort();
});
