/** API replicas over one Postgres, each with pools, feed and tailer of its own, as processes of one fleet have. */
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { RESOURCES } from '../../../src/resources/index.ts';
import { clientConfig } from '../../../src/storage/connection.ts';
import { compact } from '../../../src/storage/feed/compaction.ts';
import { openStorage, type Storage } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { type ApiFixture, apiFixture, TOKEN } from '../../support/api-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import type { StreamAddress } from '../../support/stream-client.ts';
import { until } from '../../support/until.ts';

export interface ApiReplica {
  readonly api: ApiFixture;
  readonly registry: Registry;
  readonly address: StreamAddress;
}
export interface ApiReplicas {
  readonly all: readonly ApiReplica[];
  /** Forgets the whole change log and waits until every replica has noticed. */
  compactAll(): Promise<void>;
}

async function openReplica(storage: Storage): Promise<ApiReplica> {
  const registry = createRegistry({
    ...{ objects: storage.requestObjects, feed: storage.feed, resources: RESOURCES, triggers: [] },
    continueKey: storage.continueKey,
    ...{ doorbell: { ring: () => undefined }, clock: systemClock },
  });
  const api = await apiFixture({ registry, streamKey: storage.continueKey });
  const { origin } = await api.listen();
  return { api, registry, address: { origin, ca: api.ca, token: TOKEN } };
}

export function useReplicas(count: number): ApiReplicas {
  const all: ApiReplica[] = [];
  const storages: Storage[] = [];
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    for (let i = 0; i < count; i += 1) {
      const storage = await openStorage({
        ...{ url: database.url, poolSize: 4, shards: 3, retention: { minutes: 60, revisions: 1_000_000 } },
        ...{ clock: systemClock, random: seededRandom(i), logger: silentLogger },
      });
      storages.push(storage);
      all.push(await openReplica(storage));
    }
    await all[0]?.registry.create('namespaces', '', { metadata: { name: 'default' } });
  });
  afterAll(async () => {
    await Promise.all(all.map(({ api }) => api.close()));
    await Promise.all(storages.map((storage) => storage.close()));
    await database.drop();
  });
  return {
    all,
    async compactAll() {
      const pool = new pg.Pool({ ...clientConfig(database.url, 'test'), max: 2 });
      const retention = { minutes: 0, revisions: 0 };
      const { signal } = new AbortController();
      const common = { clock: systemClock, random: seededRandom(1), logger: silentLogger, signal };
      await compact({ ...common, pool, retention, partitionSize: 1_000 });
      await pool.end();
      const revision = await storages[0]?.objects.currentRevision();
      await until(() => storages.every(({ feed }) => feed.oldestRevision >= (revision ?? 0)));
    },
  };
}
