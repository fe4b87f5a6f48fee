/** A worker's process: a kubelet with its runtimes on what is durable in a world. */
import { createKubelet, type Kubelet } from '../../../src/kubelet/create-kubelet.ts';
import { type ServiceAddress, serviceEnv } from '../../../src/kubelet/service-env.ts';
import type { ManifestFile } from '../../../src/kubelet/static-pods/manifest-folder.ts';
import { createVolumeSource } from '../../../src/kubelet/volumes/volume-source.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import type { ProfileSource } from '../../../src/runtimes/profile-source.ts';
import type { Runtime } from '../../../src/runtimes/runtime.ts';
import { createSimulatedRuntime } from '../../../src/runtimes/simulated/simulated-runtime.ts';
import type { Clock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import {
  KUBELET_DEFAULTS,
  type KubeletConfiguration,
} from '../../../src/values/kubelet-configuration/configuration.ts';
import type { KubeObject } from '../../../src/values/object.ts';
import { silentLogger } from '../silent-logger.ts';
import type { KubeletLeases } from './kubelet-leases.ts';
import type { MemoryStates } from './memory-states.ts';
import { type Mortality, mortal } from './mortality.ts';

export type Runtimes = (simulated: Runtime, clock: Clock) => ReadonlyMap<string, Runtime>;

interface Durable extends Mortality {
  readonly now: number;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly states: MemoryStates;
  readonly profiles: ProfileSource;
  readonly leases: KubeletLeases;
  readonly due: Map<string, number>;
  readonly configuration: KubeletConfiguration;
  readonly nodeLabels: Record<string, string>;
  readonly syncConcurrency: number;
  readonly manifests: ReadonlyMap<string, readonly ManifestFile[]>;
  all(resource: string): KubeObject[];
}

export const SHARDS = 1;
export const SHARD = 'kubelet/0';
const DEADLY_CALLS = ['ensurePod', 'startContainer', 'stopContainer', 'killPod', 'removePod'];
const DEADLY_WRITES = ['updateStatuses', 'delete', 'deleteAll', 'createAll'];

export function bootKubelet(world: Durable, runtimes: Runtimes): [Kubelet, Runtime] {
  const { clock, registry, states, profiles } = world;
  const volumes = createVolumeSource({
    registry,
    issueToken: async ({ serviceaccount, audiences }) => ({
      token: `token of ${serviceaccount.name} for ${audiences.join()}`,
      expiresAt: world.now + 3_600_000,
    }),
    audience: 'api',
    authority: () => 'PEM',
    clock,
  });
  const runtime = createSimulatedRuntime({ name: 'simulated', states, volumes, profiles, seed: 7, clock });
  const kubelet = createKubelet({
    registry: mortal(world, registry, DEADLY_WRITES),
    nodeLeases: world.leases.of(SHARD),
    runtimes: runtimes(mortal(world, runtime, DEADLY_CALLS), clock),
    config: {
      configuration: { ...KUBELET_DEFAULTS, ...world.configuration },
      nodeLabels: world.nodeLabels,
      renewIntervalMs: 10_000,
      syncConcurrency: world.syncConcurrency,
    },
    serviceEnvOf: async (namespace, links) =>
      serviceEnv(world.all('services') as unknown as ServiceAddress[], namespace, links),
    manifests: {
      read: async (folder) => world.manifests.get(folder) ?? [],
      changes: async function* () {
        // The test says when.
      },
    },
    ...{ shards: SHARDS, clock, random: seededRandom(3), logger: silentLogger },
    due: {
      add: async (refs) => {
        for (const { key } of refs) {
          world.due.set(key, world.now);
        }
      },
    },
  });
  return [kubelet, runtime];
}
