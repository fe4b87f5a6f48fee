/**
 * bootstrap/: what an empty database and an empty home need before anybody can use them. Level-triggered: every start
 * looks and creates what is missing. May import registry, auth, config, errors, timing. Never changes what exists.
 */
import { API_SERVER, createUnlessThere } from '../registry/create-unless-there.ts';
import { ensureApiServices } from '../registry/ensure-api-services.ts';
import { ensureSystemClasses } from '../registry/ensure-system-classes.ts';
import type { Registry } from '../registry/registry.ts';

/** The namespaces every cluster has. The last one is made after the seed, so that its presence means "seeded". */
const NAMESPACES = ['default', 'kube-node-lease', 'kube-public'];
const SEEDED_NAMESPACE = 'kube-system';
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

/** The API as pods look for it; where it answers is api-endpoints.ts. Source: pkg/controlplane/controller/kubernetesservice, 1.34. */
const apiService = (targetPort: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    ...{ name: 'kubernetes', namespace: 'default' },
    labels: { component: 'apiserver', provider: 'kubernetes' },
  },
  spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort }] },
});

/** Creates what every cluster has, and on a database that never had it, the first fleet unless `withFleet` is false. */
export async function seedFleet(registry: Registry, { withFleet, now, apiPort }: SeedOptions): Promise<void> {
  await ensureSystemClasses(registry);
  await ensureApiServices(registry, now);
  await seedNamespaces(registry, withFleet);
  if (apiPort !== undefined && (await registry.find('services', 'default', 'kubernetes')) === undefined) {
    await createUnlessThere(registry, 'services', 'default', apiService(apiPort), API_SERVER);
  }
}

async function seedNamespaces(registry: Registry, withFleet: boolean): Promise<void> {
  if ((await registry.find('namespaces', '', SEEDED_NAMESPACE)) !== undefined) {
    return;
  }
  for (const name of NAMESPACES) {
    await createUnlessThere(
      registry,
      'namespaces',
      '',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      API_SERVER,
    );
  }
  if (withFleet) {
    await createUnlessThere(registry, 'nodepools.fleet.flotilla.dev', '', nodePool);
    await createUnlessThere(registry, 'deployments.apps', 'default', hello);
  }
  const last = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SEEDED_NAMESPACE } };
  await createUnlessThere(registry, 'namespaces', '', last, API_SERVER);
}
