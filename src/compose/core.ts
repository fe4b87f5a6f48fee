/** What every process has, whatever its roles: database, queue, registry and runtimes. */
import { randomUUID } from 'node:crypto';
import { type ClientAuthority, openClientAuthority } from '../auth/certificates/client-authority.ts';
import { API_AUDIENCE } from '../auth/identity.ts';
import { createServiceAccountTokens, type ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import { controllerTriggers } from '../controllers/index.ts';
import { type HeavyCalls, heavyCalls } from '../heavy-work/calls.ts';
import type { HeavyResult, HeavyWork } from '../heavy-work/heavy-work.ts';
import { FaultView } from '../kubelet/faults/fault-view.ts';
import { ProbeCounts } from '../kubelet/pages/probe-counts.ts';
import { createProfileSource } from '../kubelet/profiles/profile-source.ts';
import { kubeletTriggers } from '../kubelet/triggers.ts';
import { createVolumeSource } from '../kubelet/volumes/volume-source.ts';
import { openQueue, type Queue } from '../queue/queue.ts';
import { createRegistries } from '../registry/create-registry.ts';
import type { Registry } from '../registry/registry.ts';
import { RESOURCES } from '../resources/index.ts';
import { createRuntimes } from '../runtimes/index.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { startEmbeddedPostgres } from '../storage/embedded/start-embedded-postgres.ts';
import { migrate } from '../storage/migrate.ts';
import { openStorage, type Storage } from '../storage/storage.ts';
import { Thread } from '../timing/thread.ts';
import { pullsAtATime } from '../values/kubelet-configuration/image-pulls.ts';
import type { Process } from './process.ts';

export interface Core {
  readonly heavy: HeavyCalls;
  readonly storage: Storage;
  readonly queue: Queue;
  /** For kubelets and controllers. */
  readonly registry: Registry;
  /** For the API: its reads wait for none of theirs. */
  readonly requests: Registry;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  /** What clients of the API trust; known once the API has started. */
  readonly authority: { pem?: string };
  readonly accountTokens: ServiceAccountTokens;
  /** Signs certificates of clients, and tells which are good. */
  readonly clientAuthority: ClientAuthority;
  readonly probes: ProbeCounts;
  readonly faults: FaultView;
}

/** As the build lays it beside the bundle. */
const HEAVY_THREAD = new URL('./heavy-thread.js', import.meta.url);

async function openDatabase({ config, home, logger, clock, teardown, fail, signal }: Process): Promise<string> {
  if (config.databaseUrl !== undefined) {
    return config.databaseUrl;
  }
  const { embeddedPort } = config.database;
  const starting = startEmbeddedPostgres({
    ...{ home, logger, clock, signal },
    ...(embeddedPort === undefined ? {} : { port: embeddedPort }),
  });
  // Also one that is still starting, when the start is abandoned.
  teardown.add('postgres', async () => (await starting.catch(() => undefined))?.stop());
  const server = await starting;
  void server.exited.then(fail);
  return server.url;
}

function newThread({ clock, teardown }: Process): Thread<HeavyWork, HeavyResult> {
  const thread = new Thread<HeavyWork, HeavyResult>({ program: HEAVY_THREAD, clock });
  teardown.add('thread', () => thread.close());
  return thread;
}

export async function openCore(self: Process): Promise<Core> {
  const authority: Core['authority'] = {};
  const { config, logger, clock, random, teardown, step, signal } = self;
  const databaseTitle = config.databaseUrl === undefined ? 'PostgreSQL (embedded)' : 'PostgreSQL (DATABASE_URL)';
  const url = await step(databaseTitle, () => openDatabase(self));
  await step('Schema', () => migrate(url, { logger, clock, random, signal }));
  const { retention, shards, database } = config;
  const serves = { requests: config.roles.includes('api'), work: config.roles.some((role) => role !== 'api') };
  const storage = await step('Store', () =>
    openStorage({ url, poolSize: database.poolSize, serves, shards, retention, clock, random, logger }),
  );
  teardown.add('storage', () => storage.close());
  const queueTitle = config.redisUrl === undefined ? 'Queue (BullMQ on PostgreSQL)' : 'Queue (BullMQ on Redis)';
  const backend =
    config.redisUrl === undefined
      ? ({ kind: 'postgres', url } as const)
      : ({ kind: 'redis', url: config.redisUrl, namespace: `flotilla:${storage.fleetId}` } as const);
  const queue = await step(queueTitle, () => openQueue({ backend, logger, clock, random }));
  teardown.add('queue', () => queue.close());
  const [quick, slow] = [newThread(self), newThread(self)];
  const heavy = heavyCalls(quick, slow);
  const { requests, work: registry } = createRegistries({
    elsewhere: heavy,
    ...{ objects: storage.requestObjects, workObjects: storage.objects, feed: storage.feed },
    ...{ resources: RESOURCES, doorbell: queue.doorbell, clock, random },
    continueKey: storage.continueKey,
    tolerationSeconds: config.tolerationSeconds,
    triggers: [...controllerTriggers, ...kubeletTriggers(storage.shards)],
  });
  const accountTokens = createServiceAccountTokens({
    ...{ secret: storage.continueKey, now: () => clock.now(), newId: randomUUID },
  });
  const volumes = createVolumeSource({
    ...{ registry, clock, audience: API_AUDIENCE },
    issueToken: (request) => accountTokens.issue(request),
    authority: () => authority.pem,
  });
  const profiles = createProfileSource({ registry, clock, random, logger, signal });
  const atATime = pullsAtATime(config.kubelet.configuration);
  const runtimes = await createRuntimes(config.runtimes, {
    ...{ states: storage.runtimeStates, volumes, profiles, seed: config.seed, clock, logger },
    ...(atATime === undefined ? {} : { pullsAtATime: atATime }),
  });
  teardown.add('runtimes', async () => {
    await Promise.all([...runtimes.values()].map((runtime) => runtime.close()));
  });
  const faults = new FaultView({ registry, clock, random, logger });
  const clientAuthority = await openClientAuthority(storage.settleClientAuthority, () => clock.now());
  const probes = new ProbeCounts();
  return {
    storage,
    heavy,
    queue,
    registry,
    requests,
    runtimes,
    authority,
    accountTokens,
    clientAuthority,
    probes,
    faults,
  };
}
