/**
 * bootstrap/: what an empty database and an empty home need before anybody can use them. Level-triggered: every start
 * looks and creates what is missing. May import registry, auth, config, errors, timing. Never changes what exists.
 */
import { createUnlessThere } from '../registry/create-unless-there.ts';
import { ensureApiServices } from '../registry/ensure-api-services.ts';
import { ensureSystemClasses } from '../registry/ensure-system-classes.ts';
import type { Registry } from '../registry/registry.ts';
import { ensureApiService, ensureNamespace, SEEDED_NAMESPACE, SYSTEM_NAMESPACES } from './system-objects.ts';

const NODES = 10;
const PODS = 3;

const nodePool = {
  apiVersion: 'fleet.flotilla.dev/v1alpha1',
  kind: 'NodePool',
  metadata: { name: 'default' },
  spec: { replicas: NODES, runtime: 'simulated', template: { zones: ['zone-a', 'zone-b', 'zone-c'] } },
};

const hello = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'hello', namespace: 'default', labels: { app: 'hello' } },
  spec: {
    replicas: PODS,
    selector: { matchLabels: { app: 'hello' } },
    template: {
      metadata: { labels: { app: 'hello' } },
      spec: {
        containers: [{ name: 'hello', image: 'hello:1.0', resources: { requests: { cpu: '100m', memory: '64Mi' } } }],
      },
    },
  },
};

export interface SeedOptions {
  readonly withFleet: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of this process; undefined: it has no API. */
  readonly apiPort: number | undefined;
}

/** Creates what every cluster has, and on a database that never had it, the first fleet unless `withFleet` is false. */
export async function seedFleet(registry: Registry, { withFleet, now, apiPort }: SeedOptions): Promise<void> {
  await ensureSystemClasses(registry);
  await ensureApiServices(registry, now);
  await seedNamespaces(registry, withFleet);
  if (apiPort !== undefined) {
    await ensureApiService(registry, apiPort);
  }
}

async function seedNamespaces(registry: Registry, withFleet: boolean): Promise<void> {
  if ((await registry.find('namespaces', '', SEEDED_NAMESPACE)) !== undefined) {
    return;
  }
  for (const name of SYSTEM_NAMESPACES.filter((other) => other !== SEEDED_NAMESPACE)) {
    await ensureNamespace(registry, name);
  }
  if (withFleet) {
    await createUnlessThere(registry, 'nodepools.fleet.flotilla.dev', '', nodePool);
    await createUnlessThere(registry, 'deployments.apps', 'default', hello);
  }
  await ensureNamespace(registry, SEEDED_NAMESPACE);
}
