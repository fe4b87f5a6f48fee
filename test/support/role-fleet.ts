/**
 * Two processes of each role over one database, as docker-compose.yml runs them; the API replicas share a home. In
 * mode `servers` the queue is on a Redis of their own, in mode `embedded` on the same Postgres.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { renderKubeconfig } from '../../src/config/kubeconfig.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { type Access, FlotillaProcess } from './flotilla.ts';
import { startRedis, type TestRedis } from './redis.ts';

type Pair = readonly [FlotillaProcess, FlotillaProcess];

export interface RoleFleet {
  readonly apis: Pair;
  readonly workers: Pair;
  readonly controllers: Pair;
  readonly database: TestDatabase;
  /** undefined: the queue is on Postgres. */
  readonly redis: TestRedis | undefined;
  /** The administrator's access to one replica. */
  access(api: FlotillaProcess): Promise<Access>;
  /** A kubeconfig that names one replica. */
  kubeconfig(api: FlotillaProcess): Promise<string>;
  close(): Promise<void>;
}

/** Everything starts at the same moment, on an empty home. */
export async function startRoleFleet(env: Readonly<Record<string, string>> = {}): Promise<RoleFleet> {
  const home = await mkdtemp(join(tmpdir(), 'flotilla-roles-'));
  const database = await createTestDatabase();
  const redis = inject('mode') === 'servers' ? await startRedis() : undefined;
  const pair = async (role: string): Promise<Pair> => {
    const options = {
      ...{ home, databaseUrl: database.url, args: ['--role', role], env },
      ...(redis === undefined ? {} : { redisUrl: redis.url }),
    };
    return [await FlotillaProcess.create(options), await FlotillaProcess.create(options)];
  };
  const [apis, workers, controllers] = [await pair('api'), await pair('worker'), await pair('controller')];
  const all = [...apis, ...workers, ...controllers];
  const close = async (): Promise<void> => {
    for (const each of all) {
      each.resume();
    }
    await Promise.all(all.map((each) => each.close()));
    await Promise.all([database.drop(), redis?.stop(), rm(home, { recursive: true })]);
  };
  const access = async (api: FlotillaProcess): Promise<Access> => ({
    ...(await api.access()),
    server: `https://127.0.0.1:${api.port}`,
  });
  try {
    await Promise.all(all.map((each) => each.start()));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ apis, workers, controllers, database, redis, access, close },
    async kubeconfig(api) {
      const path = join(home, `kubeconfig-${api.port}`);
      await writeFile(path, renderKubeconfig({ ...(await access(api)), context: 'flotilla' }), { mode: 0o600 });
      return path;
    },
  };
}
