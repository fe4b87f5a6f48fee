/** Opened storages on a test database, and a recorder of the feed. */
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { Change, ChangeFeed } from '../../../src/storage/object-store.ts';
import { openStorage, type Storage, type StorageOptions } from '../../../src/storage/storage.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { silentLogger } from '../../support/silent-logger.ts';

export interface Fixture {
  readonly url: string;
  /** Another process, as far as Postgres can tell: its own pools, feed and tailer. */
  open(options?: Partial<StorageOptions>): Promise<Storage>;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

/** One database a test file; what was opened is closed after it. */
export function storageFixture(): Fixture {
  let database: TestDatabase;
  let admin: pg.Pool;
  const opened: Storage[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Pool({ connectionString: database.url, max: 2 });
    admin.on('error', () => undefined);
  });
  afterAll(async () => {
    await Promise.all(opened.map((storage) => storage.close()));
    await admin.end();
    await database.drop();
  });
  return {
    get url() {
      return database.url;
    },
    async open(options = {}) {
      const storage = await openStorage({
        ...{ url: database.url, poolSize: 4, shards: 3, retention: { minutes: 5, revisions: 1_000_000 } },
        ...{ clock: systemClock, random: seededRandom(7), logger: silentLogger },
        ...options,
      });
      opened.push(storage);
      return storage;
    },
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
  };
}

export interface Recording {
  readonly changes: Change[];
  readonly revisions: number[];
  readonly failure: () => unknown;
  stop(): Promise<void>;
}

/** Follows the feed from `from` until stopped. */
export function record(feed: ChangeFeed, from: number, resources?: string[]): Recording {
  const controller = new AbortController();
  const changes: Change[] = [];
  const revisions: number[] = [];
  let failure: unknown;
  const run = async (): Promise<void> => {
    const batches = feed.changes({
      from,
      signal: controller.signal,
      ...(resources === undefined ? {} : { resources: new Set(resources) }),
    });
    for await (const batch of batches) {
      revisions.push(batch.revision);
      changes.push(...batch.changes);
    }
  };
  const done = run().catch((error: unknown) => {
    failure = error;
  });
  return {
    changes,
    revisions,
    failure: () => failure,
    stop: async () => {
      controller.abort();
      await done;
    },
  };
}
