/** A registry over the in-memory store, with the real table of kinds, a clock and a chance of its own. */
import { createRegistry, type RegistryOptions } from '../../src/registry/create-registry.ts';
import type { Registry, Trigger } from '../../src/registry/registry.ts';
import type { ResourceDefinition } from '../../src/resources/define-resource.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { decodeObject, type StoredObject } from '../../src/storage/stored-object.ts';
import { seededRandom } from '../../src/timing/random.ts';
import type { KubeObject } from '../../src/values/object.ts';
import { MemoryStore } from './memory-store.ts';

/** `spec` and `status` open, so that tests can look into them. */
export type Loose = KubeObject & { spec?: Record<string, unknown>; status?: Record<string, unknown> };
export const read = (stored: Pick<StoredObject, 'body' | 'revision'>): Loose => decodeObject<Loose>(stored);

export const NOW = Date.parse('2026-01-02T03:04:05Z');

export interface RegistryFixture {
  readonly registry: Registry;
  readonly store: MemoryStore;
  readonly rings: string[];
  readonly time: { ms: number };
}

export async function registryFixture(
  given: {
    triggers?: readonly Trigger[];
    resources?: readonly ResourceDefinition[];
    newUid?: () => string;
    tolerationSeconds?: RegistryOptions['tolerationSeconds'];
    elsewhere?: NonNullable<RegistryOptions['elsewhere']>;
  } = {},
): Promise<RegistryFixture> {
  const store = new MemoryStore();
  const rings: string[] = [];
  const time = { ms: NOW };
  const registry = createRegistry({
    objects: store,
    feed: store,
    resources: given.resources ?? RESOURCES,
    triggers: given.triggers ?? [],
    doorbell: { ring: (shard, afterMs = 0) => rings.push(afterMs === 0 ? shard : `${shard} in ${afterMs} ms`) },
    clock: {
      now: () => time.ms,
      monotonic: () => time.ms,
      sleep: async (ms) => {
        time.ms += ms;
      },
    },
    random: seededRandom(1),
    ...(given.newUid === undefined ? {} : { newUid: given.newUid }),
    ...(given.elsewhere === undefined ? {} : { elsewhere: given.elsewhere }),
    ...(given.tolerationSeconds === undefined ? {} : { tolerationSeconds: given.tolerationSeconds }),
  });
  for (const name of ['default', 'other']) {
    await registry.create('namespaces', '', { metadata: { name } });
  }
  return { registry, store, rings, time };
}

export const configMap = (name: string, data: Record<string, string> = {}, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
  data,
});

export const pod = (name: string, spec: Record<string, unknown> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...spec },
});

export const deployment = (name: string, spec: Record<string, unknown> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'busybox:1' }] },
    },
    ...spec,
  },
});

export const DEPLOYMENTS = 'deployments.apps';

/** With the deployment `web` of two replicas. */
export async function withDeployment() {
  const fixture = await registryFixture();
  const { object } = await fixture.registry.create(DEPLOYMENTS, 'default', deployment('web'));
  return { ...fixture, created: object };
}

/** With as many ConfigMaps: `c-000`, `c-001` and so on. */
export async function registryWithMaps(count = 0): Promise<RegistryFixture> {
  const fixture = await registryFixture();
  const names = Array.from({ length: count }, (_, i) => `c-${String(i).padStart(3, '0')}`);
  await fixture.registry.createAll(
    'configmaps',
    names.map((name) => configMap(name)),
  );
  return fixture;
}

/** The Status of what `run` throws, for comparison. */
export async function failure(run: Promise<unknown>): Promise<{ code: number; reason: string; message: string }> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { code, reason, message } = error as { code: number; reason: string; message: string };
  return { code, reason, message };
}
