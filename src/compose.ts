/**
 * The composition root: the only file that names concrete parts. Builds what the configured roles need, in order,
 * and undoes it in reverse. Any number of processes of each role can run against one database.
 */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createApi } from './api/create-api.ts';
import { createMetrics } from './api/metrics/create-metrics.ts';
import { Spools } from './api/spool/spools.ts';
import { ensureCertificates } from './api/tls/ensure-certificates.ts';
import { allowAuthenticated } from './auth/allow-authenticated.ts';
import { type ClientAuthority, openClientAuthority } from './auth/certificates/client-authority.ts';
import { createAccess } from './auth/create-access.ts';
import { API_AUDIENCE } from './auth/identity.ts';
import { createNodeAuthorizer } from './auth/nodes/node-authorizer.ts';
import { createServiceAccountTokens, type ServiceAccountTokens } from './auth/service-account-tokens.ts';
import { ensureAdminKubeconfig } from './bootstrap/admin-kubeconfig.ts';
import { keepAnnouncing } from './bootstrap/announce-authority.ts';
import { advertisedAddress, keepApiEndpoints } from './bootstrap/api-endpoints.ts';
import { awaitNodes } from './bootstrap/await-nodes.ts';
import { prepareHome } from './bootstrap/home.ts';
import { listen } from './bootstrap/listen.ts';
import { seedFleet } from './bootstrap/seed-fleet.ts';
import { runStep, type StepReport } from './bootstrap/step.ts';
import { Teardown } from './bootstrap/teardown.ts';
import type { Config } from './config/config.ts';
import type { Certificates } from './controllers/controller.ts';
import { controllerTriggers, createControllers } from './controllers/index.ts';
import { type HeavyCalls, heavyCalls } from './heavy-calls.ts';
import type { HeavyResult, HeavyWork } from './heavy-work.ts';
import { createKubelet } from './kubelet/create-kubelet.ts';
import { FaultView } from './kubelet/faults/fault-view.ts';
import { createNodePages } from './kubelet/pages/node-pages.ts';
import { ProbeCounts } from './kubelet/pages/probe-counts.ts';
import { createProfileSource } from './kubelet/profiles/profile-source.ts';
import { manifestFolders } from './kubelet/static-pods/manifest-folder.ts';
import { kubeletTriggers } from './kubelet/triggers.ts';
import { createVolumeSource } from './kubelet/volumes/volume-source.ts';
import { wakeKubelets } from './kubelet/wake-kubelets.ts';
import type { Logger } from './logger.ts';
import { openQueue, type Queue } from './queue/queue.ts';
import type { BatchReconciler } from './queue/reconciler.ts';
import type { WorkerOptions } from './queue/worker.ts';
import { createRegistries } from './registry/create-registry.ts';
import type { Registry } from './registry/registry.ts';
import { RESOURCES } from './resources/index.ts';
import { createRuntimes } from './runtimes/index.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { bumpRevision } from './storage/bump-revision.ts';
import { refuseNewHome } from './storage/embedded/home-folder.ts';
import { startEmbeddedPostgres } from './storage/embedded/start-embedded-postgres.ts';
import { type MigrateOptions, migrate } from './storage/migrate.ts';
import { readSnapshot } from './storage/snapshot/read-snapshot.ts';
import { restoreSnapshot } from './storage/snapshot/restore-snapshot.ts';
import { saveSnapshot } from './storage/snapshot/save-snapshot.ts';
import { openStorage, type Storage } from './storage/storage.ts';
import { type Clock, systemClock } from './timing/clock.ts';
import { hashString, type Random, seededRandom } from './timing/random.ts';
import { Thread } from './timing/thread.ts';
import { unlessAborted } from './timing/unless-aborted.ts';
import { pullsAtATime } from './values/kubelet-configuration/image-pulls.ts';
import { VERSION } from './version.ts';

export interface ComposeOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly report: (step: StepReport) => void;
  /** Abandons the start; afterwards it begins the stop, which `stop()` completes. */
  readonly signal: AbortSignal;
}

export interface Flotilla {
  /** Of the API; undefined in a process without that role. */
  readonly url: string | undefined;
  readonly kubeconfigPath: string | undefined;
  /** Rejects when a part that the process cannot do without has ended by itself. Never resolves. */
  readonly failed: Promise<never>;
  /** Stops everything, in less than 5 s. */
  stop(): Promise<void>;
}

/** What the parts of one process share. */
interface Process {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly home: string;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
  readonly teardown: Teardown;
  readonly step: <T>(title: string, run: () => Promise<T>) => Promise<T>;
  readonly fail: (error: Error) => void;
}

interface Core {
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

/** As the build lays it beside this file. */
const HEAVY_THREAD = new URL('./heavy-thread.js', import.meta.url);
/** Answers under way at a stop get this long. */
const CUT_CONNECTIONS_MS = 1_000;
const LAST_EVENTS_MS = 1_000;

/** Throws StartupError when the operator can mend it; whatever was started by then is stopped again. */
export async function compose({ config, logger, report, signal }: ComposeOptions): Promise<Flotilla> {
  const teardown = new Teardown(logger);
  const stopping = new AbortController();
  // Every informer, recorder and runtime loop listens to it: more than ten is no leak.
  setMaxListeners(0, stopping.signal);
  signal.addEventListener('abort', () => stopping.abort(), { once: true });
  const { promise: failed, reject: fail } = promiseWithReject();
  try {
    const home = await prepareHome(config.home);
    const self: Process = {
      ...{ config, logger, home, teardown, fail, clock: systemClock, signal: stopping.signal },
      // Two processes of one fleet must not draw the same jitter.
      random: seededRandom(config.seed ^ hashString(randomUUID())),
      step: (title, run) => runStep(title, () => unlessAborted(run(), stopping.signal), report, systemClock),
    };
    const core = await openCore(self);
    const hasApi = config.roles.includes('api');
    const api = hasApi ? await self.step('API', () => startApi(self, core)) : undefined;
    const apiPort = api === undefined ? undefined : Number(new URL(api.url).port || 443);
    const seed = { withFleet: config.seedFleet, now: systemClock.now(), apiPort };
    await self.step('Namespaces and first fleet', () => seedFleet(core.registry, seed));
    if (apiPort !== undefined) {
      await announceEndpoints(self, core, apiPort);
    }
    if (config.roles.some((role) => role !== 'api')) {
      await self.step('Workers', () => startWorkers(self, core));
    }
    if (config.roles.includes('worker') && config.roles.includes('controller')) {
      await self.step('Nodes', () => awaitNodes(core.registry, systemClock, stopping.signal));
    }
    teardown.add('signal', async () => stopping.abort());
    return { url: api?.url, kubeconfigPath: api?.kubeconfigPath, failed, stop: () => teardown.run() };
  } catch (error) {
    stopping.abort();
    await teardown.run();
    throw error;
  }
}

/** What a command does to the database itself, without the rest of Flotilla. */
export type DatabaseTask = Omit<ComposeOptions, 'signal'>;

/** For `flotilla bump-revision`: on DATABASE_URL, or on the embedded server, started for as long as it takes. */
export const bumpRevisionOf = (task: DatabaseTask, by: number): Promise<number> =>
  withDatabase(task, 'present', (url, options) => bumpRevision(url, by, options));

/** `write` is given the lines of a snapshot and resolves when they are where they belong. */
export const saveSnapshotOf = (
  task: DatabaseTask,
  write: (lines: AsyncIterable<string>) => Promise<void>,
): Promise<void> => withDatabase(task, 'present', (url, options) => write(saveSnapshot(url, options)));

/** The first line is looked at before a server is started. */
export async function restoreSnapshotOf(task: DatabaseTask, lines: AsyncIterator<string>, by: number): Promise<number> {
  const saved = await readSnapshot(lines);
  return withDatabase(task, 'new or present', (url, options) => restoreSnapshot(url, saved, by, options));
}

/** The configured one, or that of the home, started for as long as `run` runs. */
async function withDatabase<T>(
  { config, logger, report }: DatabaseTask,
  home: 'present' | 'new or present',
  run: (url: string, options: MigrateOptions) => Promise<T>,
): Promise<T> {
  const clock = systemClock;
  const options = { logger, clock, random: seededRandom(config.seed ^ hashString(randomUUID())) };
  if (config.databaseUrl !== undefined) {
    return run(config.databaseUrl, options);
  }
  if (home === 'present') {
    await refuseNewHome(config.home);
  }
  const start = () => startEmbeddedPostgres({ home: config.home, logger, clock });
  const server = await runStep('PostgreSQL (embedded)', start, report, clock);
  try {
    return await run(server.url, options);
  } finally {
    await server.stop();
  }
}

function promiseWithReject(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  // Whoever waits for it sees the rejection; until somebody does, it must not end the process.
  promise.catch(() => undefined);
  return { promise, reject };
}

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

async function openCore(self: Process): Promise<Core> {
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
  const thread = new Thread<HeavyWork, HeavyResult>({ program: HEAVY_THREAD, clock });
  teardown.add('thread', () => thread.close());
  const heavy = heavyCalls(thread);
  const { requests, work: registry } = createRegistries({
    patchElsewhere: heavy.patchElsewhere,
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

async function startApi(self: Process, core: Core) {
  const { storage, heavy, requests: registry, runtimes, authority, clientAuthority, probes, faults } = core;
  const { config, home, clock, random, logger, teardown, signal } = self;
  await faults.start(signal);
  const { host, port, tlsNames } = config.api;
  const certificates = await ensureCertificates({ folder: join(home, 'tls'), names: [host, ...tlsNames], clock });
  authority.pem = certificates.ca;
  await announceAuthority(self, storage, certificates.ca);
  const { tokens } = storage;
  const access = createAccess({ tokens, registry, secret: storage.continueKey, clock, newId: randomUUID });
  const closing = new AbortController();
  const app = await createApi({
    ...{
      ...access,
      registry,
      authorizer: createNodeAuthorizer(registry, allowAuthenticated),
      runtimes,
      settings: config.api,
    },
    spools: new Spools({ folder: home, clock }),
    nodePages: createNodePages({ registry, runtimes, config: config.kubelet, probes, faults, clock }),
    tls: { ...certificates, clientAuthority: clientAuthority.certificate },
    streamKey: storage.continueKey,
    version: VERSION,
    parseYamlElsewhere: heavy.parseYamlElsewhere,
    healthChecks: [{ name: 'database', check: () => storage.ping() }],
    metrics: createMetrics(VERSION),
    ...{ clock, random, logger, signal: closing.signal },
  });
  teardown.add('api', async () => {
    closing.abort();
    // A connection that never sent a request counts as busy and would hold the stop for as long as it likes.
    const cut = setTimeout(() => app.server.closeAllConnections(), CUT_CONNECTIONS_MS);
    await app.close();
    clearTimeout(cut);
  });
  const url = await listen(app, host, port);
  const kubeconfigPath = await ensureAdminKubeconfig({ home, server: url, ca: certificates.ca, tokens, ...access });
  return { url, kubeconfigPath };
}

/** Before controllers start, so that they know it from the beginning. */
async function announceAuthority({ clock, logger, signal, teardown }: Process, storage: Storage, pem: string) {
  const note = () => storage.apiAuthorities.note(pem);
  await note();
  const announcing = keepAnnouncing({ note, clock, logger, signal });
  teardown.add('announcement', () => announcing);
}

/** After the namespace `default` is there. */
async function announceEndpoints(self: Process, { registry, storage }: Core, port: number): Promise<void> {
  const { config, clock, random, logger, signal, teardown } = self;
  const address = advertisedAddress(config.api.host, networkInterfaces());
  if (address === undefined) {
    logger.info({}, 'this host has no address for the endpoints of the API');
    return;
  }
  const own = { address, port };
  const keeping = { registry, own, addresses: storage.apiAddresses, clock, random, logger, signal };
  const { done } = await keepApiEndpoints(keeping);
  teardown.add('endpoints of the API', () => done);
}

const mayRequest =
  (registry: Registry): Certificates['mayRequest'] =>
  async (user, subresource) => {
    const what = { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', subresource };
    return (await createNodeAuthorizer(registry, allowAuthenticated).authorize(user, { verb: 'create', ...what }))
      .allowed;
  };

async function startWorkers(self: Process, core: Core): Promise<void> {
  const { config, clock, random, logger, signal, teardown } = self;
  const { heavy, registry, storage, queue, runtimes, clientAuthority, probes, faults } = core;
  const { nodeLeases, due, shards } = storage;
  const shared = { registry, nodeLeases, clock, random, logger };
  const reconcilers: BatchReconciler[] = [];
  const background: Promise<unknown>[] = [];
  const periodic: WorkerOptions['periodic'][number][] = [];
  let heartbeat: WorkerOptions['heartbeat'];
  if (config.roles.includes('worker')) {
    const { doorbell } = queue;
    const manifests = manifestFolders((text) => heavy.parseYamlElsewhere(text), clock);
    const own = { runtimes, config: config.kubelet, shards, due, doorbell, probes, faults, manifests };
    await faults.start(signal);
    const kubelet = createKubelet({ ...shared, ...own });
    background.push(kubelet.start(signal));
    reconcilers.push(kubelet.reconciler);
    const everyMs = config.kubelet.renewIntervalMs;
    heartbeat = { shards: () => nodeLeases.shards(), everyMs, run: (shard) => kubelet.heartbeat(shard) };
  }
  if (config.roles.includes('controller')) {
    const controllers = createControllers({
      ...shared,
      wakeKubelets: wakeKubelets(shards, due, queue.doorbell),
      certificates: { issuer: clientAuthority, mayRequest: mayRequest(registry) },
      apiAuthorities: () => storage.apiAuthorities.all(),
      issueAccountToken: core.accountTokens.issueForSecret,
      config: { ...config.controllers, scheduler: config.scheduler, seed: config.seed },
    });
    background.push((await controllers.start(signal)).ended);
    reconcilers.push(...controllers.reconcilers);
    periodic.push(...controllers.periodic);
  }
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const worker = await queue.startWorker({
    ...{ reconcilers, due, periodic, holder, signal },
    ...(heartbeat === undefined ? {} : { heartbeat }),
  });
  teardown.add('last events', async () => {
    await unlessAborted(Promise.all(background), AbortSignal.timeout(LAST_EVENTS_MS));
  });
  teardown.add('worker', () => worker.stop());
}
