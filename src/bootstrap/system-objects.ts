/**
 * What every cluster has and nobody keeps away for long: its namespaces, and the Service of the API. Source: the controllers
 * systemnamespaces and kubernetesservice in pkg/controlplane/controller, 1.34.
 */
import type { Logger } from '../logger.ts';
import { API_SERVER, createUnlessThere } from '../registry/create-unless-there.ts';
import type { Registry } from '../registry/registry.ts';
import { type Repeating, repeat } from '../timing/repeat.ts';

/** The last one is made after the seed, so that its presence means "seeded". */
export const SEEDED_NAMESPACE = 'kube-system';
export const SYSTEM_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', SEEDED_NAMESPACE];

type Creator = Pick<Registry, 'find' | 'create'>;

/** Where it answers is api-endpoints.ts. */
const apiService = (targetPort: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    ...{ name: 'kubernetes', namespace: 'default' },
    labels: { component: 'apiserver', provider: 'kubernetes' },
  },
  spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort }] },
});

export async function ensureNamespace(registry: Creator, name: string): Promise<void> {
  if ((await registry.find('namespaces', '', name)) === undefined) {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await createUnlessThere(registry, 'namespaces', '', namespace, API_SERVER);
  }
}

export async function ensureApiService(registry: Creator, port: number): Promise<void> {
  if ((await registry.find('services', 'default', 'kubernetes')) === undefined) {
    await createUnlessThere(registry, 'services', 'default', apiService(port), API_SERVER);
  }
}

export interface SystemObjects extends Repeating {
  readonly registry: Creator;
  readonly apiPort: number;
  readonly logger: Logger;
}

const EVERY_MS = 10_000;

/** Of a cluster that is seeded. Resolves with the signal; never rejects. */
export async function keepSystemObjects({ registry, apiPort, logger, ...around }: SystemObjects): Promise<void> {
  await repeat(around, EVERY_MS, async () => {
    try {
      for (const name of SYSTEM_NAMESPACES) {
        await ensureNamespace(registry, name);
      }
      await ensureApiService(registry, apiPort);
    } catch (error) {
      logger.warn({ err: error }, 'the system namespaces and the Service of the API were not kept');
    }
  });
}
