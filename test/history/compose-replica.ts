/** An API process as `compose.ts` builds it, less what a history has no use for: no queue, no runtimes, no fleet. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Registry as Metrics } from 'prom-client';
import { createApi } from '../../src/api/create-api.ts';
import { Spools } from '../../src/api/spool/spools.ts';
import { ensureCertificates } from '../../src/api/tls/ensure-certificates.ts';
import { allowAuthenticated } from '../../src/auth/allow-authenticated.ts';
import { createAccess } from '../../src/auth/create-access.ts';
import type { Logger } from '../../src/logger.ts';
import { createRegistry } from '../../src/registry/create-registry.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import type { ChangeFeed, ObjectStore } from '../../src/storage/object-store.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { type Clock, systemClock } from '../../src/timing/clock.ts';
import { seededRandom } from '../../src/timing/random.ts';

export interface ReplicaOptions {
  readonly url: string;
  readonly port: number;
  readonly poolSize: number;
  readonly seed: number;
  /** Of the certificate; shared by all. */
  readonly tlsFolder: string;
}

interface Store {
  readonly objects: ObjectStore;
  readonly feed: ChangeFeed;
}

/** A run takes seconds: bookmarks and the ends of watches come this much sooner. */
const TIME_SCALE = 20;
const apiClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / TIME_SCALE, signal) };
/** `timeoutSeconds` of a watch that shall last about so long. */
export const watchSeconds = (ms: number): number => Math.max(1, Math.round((ms / 1_000) * TIME_SCALE));

/** `plant` puts a faulty store in the place of the real one. */
export async function composeReplica(
  { url, port, poolSize, seed, tlsFolder }: ReplicaOptions,
  logger: Logger,
  plant: (store: Store) => Store = (store) => store,
): Promise<{ stop(): Promise<void> }> {
  const random = seededRandom(seed);
  const storage = await openStorage({
    ...{ url, poolSize, shards: 1, retention: { minutes: 60, revisions: 1_000_000 } },
    ...{ clock: systemClock, random, logger, serves: { requests: true, work: false } },
  });
  const registry = createRegistry({
    ...plant({ objects: storage.requestObjects, feed: storage.feed }),
    continueKey: storage.continueKey,
    ...{ resources: RESOURCES, triggers: [], doorbell: { ring: () => undefined }, clock: systemClock, random },
  });
  const closing = new AbortController();
  const host = '127.0.0.1';
  const app = await createApi({
    ...{
      registry,
      ...createAccess({
        ...{ tokens: storage.tokens, registry, secret: storage.continueKey, clock: systemClock, newId: randomUUID },
      }),
      authorizer: allowAuthenticated,
      streamKey: storage.continueKey,
    },
    ...{
      runtimes: new Map(),
      nodePages: { read: async () => undefined, dialError: () => undefined },
      spools: new Spools({ folder: tmpdir(), clock: systemClock }),
      healthChecks: [],
      metrics: new Metrics(),
      version: '0.0.0',
      clock: apiClock,
      random,
      logger,
    },
    settings: {
      ...{ host, port, allowedOrigins: [], bodyLimit: 1024 * 1024, requestTimeoutMs: 60_000 },
      stream: { socketsPerUser: 1_000, subscriptionsPerUser: 1_000 },
    },
    tls: await ensureCertificates({ folder: tlsFolder, names: [host], clock: systemClock }),
    signal: closing.signal,
  });
  await app.listen({ host, port });
  return {
    async stop() {
      closing.abort();
      await app.close();
      await storage.close();
    },
  };
}
