/**
 * A started Flotilla for one test file, in the mode of the vitest project that runs it: `embedded` (nothing but Node:
 * embedded Postgres, queue in it) or `servers` (DATABASE_URL and REDIS_URL).
 */
import { afterAll, beforeAll, inject } from 'vitest';
import { createTestDatabase } from './database.ts';
import { type FlotillaOptions, FlotillaProcess } from './flotilla.ts';
import { missingRedis, startRedis } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    mode: 'embedded' | 'servers';
  }
}

/** Why this mode cannot run here; undefined: it can. For `describe.skipIf`. */
export const missing: string | undefined = inject('mode') === 'servers' ? missingRedis : undefined;
export const modeTitle = (title: string): string =>
  `${title} (${inject('mode')}${missing === undefined ? '' : `: ${missing}`})`;

export interface Fleet {
  readonly flotilla: FlotillaProcess;
  close(): Promise<void>;
}

/** Not started yet: `fleet.flotilla.start()`. */
export async function createFleet(options: Omit<FlotillaOptions, 'databaseUrl' | 'redisUrl'> = {}): Promise<Fleet> {
  if (inject('mode') === 'embedded') {
    const flotilla = await FlotillaProcess.create(options);
    return { flotilla, close: () => flotilla.close() };
  }
  const [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
  const flotilla = await FlotillaProcess.create({ ...options, databaseUrl: database.url, redisUrl: redis.url });
  return {
    flotilla,
    async close() {
      await flotilla.close();
      await Promise.all([database.drop(), redis.stop()]);
    },
  };
}

/** Starts one before the file's tests and ends it after them. */
export function useFlotilla(options: Parameters<typeof createFleet>[0] = {}): () => FlotillaProcess {
  let fleet: Fleet | undefined;
  beforeAll(async () => {
    fleet = await createFleet(options);
    await fleet.flotilla.start();
  });
  afterAll(() => fleet?.close());
  return () => {
    if (fleet === undefined) {
      throw new Error('asked for before it was started');
    }
    return fleet.flotilla;
  };
}
