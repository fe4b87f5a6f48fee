/** The API over a Postgres of its own, behind a proxy that can lose it, and clients of the bulk endpoint. */
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { RESOURCES } from '../../../src/resources/index.ts';
import { openStorage, type Storage } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { type ApiFixture, apiFixture, SETTINGS } from '../../support/api-fixture.ts';
import { BulkClient } from '../../support/bulk-client.ts';
import { type CuttingProxy, startCuttingProxy } from '../../support/cutting-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { configMap } from '../../support/registry-fixture.ts';
import { silentLogger } from '../../support/silent-logger.ts';

export interface BulkServer {
  readonly api: ApiFixture;
  readonly registry: Registry;
  readonly proxy: CuttingProxy;
  open(query?: string): BulkClient;
  /** Past the proxy and the server. */
  sql<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
}

export const create = (object: unknown) => ({ op: 'create', object });
export const createMap = (name: string) => create(configMap(name, { key: 'value' }));
export const merge = (name: string, patch: unknown) => ({
  ...{ op: 'patch', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name, type: 'merge', patch },
});

/** Long enough for 10,000 items on a machine that does much else. */
const PATIENT = { ...SETTINGS, requestTimeoutMs: 100_000 };

/** One for a test file. */
export function useBulkServer(): BulkServer {
  let database: TestDatabase;
  let storage: Storage;
  let direct: pg.Pool;
  let origin: string;
  const server = {} as { api: ApiFixture; registry: Registry; proxy: CuttingProxy };
  beforeAll(async () => {
    database = await createTestDatabase();
    direct = new pg.Pool({ connectionString: database.url, max: 2 });
    direct.on('error', () => undefined);
    server.proxy = await startCuttingProxy(database.url);
    storage = await openStorage({
      ...{ url: server.proxy.url, poolSize: 4, shards: 3, retention: { minutes: 60, revisions: 1_000_000 } },
      ...{ clock: systemClock, random: seededRandom(1), logger: silentLogger },
    });
    server.registry = createRegistry({
      ...{ objects: storage.requestObjects, feed: storage.feed, resources: RESOURCES, triggers: [] },
      ...{ doorbell: { ring: () => undefined }, clock: systemClock },
    });
    server.api = await apiFixture({ registry: server.registry, settings: PATIENT });
    ({ origin } = await server.api.listen());
    await server.registry.create('namespaces', '', { metadata: { name: 'default' } });
  });
  afterAll(async () => {
    await server.api.close();
    await storage.close();
    await server.proxy.close();
    await direct.end();
    await database.drop();
  });
  return Object.assign(server, {
    open: (query = '') => BulkClient.open({ origin, ca: server.api.ca }, query),
    sql: async <Row extends pg.QueryResultRow>(text: string) => (await direct.query<Row>(text)).rows,
  });
}
