/**
 * Two processes of each role over one database, as docker-compose.yml runs them; the API replicas share a home. In
 * mode `servers` the queue is on a Redis of their own, in mode `embedded` on the same Postgres.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { inject } from 'vitest';
import { renderKubeconfig } from '../../src/config/kubeconfig.ts';
import { createTestDatabase } from './database.ts';
import { type Access, FlotillaProcess } from './flotilla.ts';
import { query } from './postmaster.ts';
import { startRedis, type TestRedis } from './redis.ts';
import { until } from './until.ts';

type Pair = readonly [FlotillaProcess, FlotillaProcess];

export interface RoleFleet {
  readonly apis: Pair;
  readonly workers: Pair;
  readonly controllers: Pair;
  /** undefined: the queue is on Postgres. */
  readonly redis: TestRedis | undefined;
  /** The administrator's access to one replica. */
  access(api: FlotillaProcess): Promise<Access>;
  /** A kubeconfig that names one replica. */
  kubeconfig(api: FlotillaProcess): Promise<string>;
  /** What all processes printed last, for the message of a failed wait. */
  output(): string;
  sql<Row extends pg.QueryResultRow>(statement: string): Promise<Row[]>;
  /** Breaks every connection to the database; how many there were. */
  cutConnections(): Promise<number>;
  /** On Redis: FLUSHALL. On Postgres: what the restore of an old backup does to the queue's tables. */
  flushQueue(): Promise<void>;
  close(): Promise<void>;
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const DEADLOCK_DETECTED = '40P01';
const CUT = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;
const QUEUE_TABLES = `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables
  FROM pg_tables WHERE schemaname = 'flotilla_queue' AND tablename <> 'migration'`;

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
  const sql: RoleFleet['sql'] = (statement) => query(database.url, statement);
  return {
    ...{ apis, workers, controllers, redis, access, close, sql },
    output: () => all.map(({ output }) => output.slice(-1_500)).join('\n---\n'),
    async cutConnections() {
      return (await sql(CUT)).length;
    },
    async flushQueue() {
      if (redis !== undefined) {
        await redis.flushAll?.();
        return;
      }
      const [row] = await sql<{ tables: string }>(QUEUE_TABLES);
      await until(
        () => truncate(sql, row?.tables ?? ''),
        () => 'every TRUNCATE met a deadlock',
        60_000,
      );
    },
    async kubeconfig(api) {
      const path = join(home, `kubeconfig-${api.port}`);
      await writeFile(path, renderKubeconfig({ ...(await access(api)), context: 'flotilla' }), { mode: 0o600 });
      return path;
    },
  };
}

/**
 * TRUNCATE takes its locks one by one, so it can meet a job's transaction in a deadlock. Its own look comes late
 * (5 s, theirs after 1), so that mostly the program is ended, which is what is tested; where the program had looked before the circle
 * closed, this side is ended, and asks again.
 */
async function truncate(sql: RoleFleet['sql'], tables: string): Promise<boolean> {
  try {
    await sql(`SET deadlock_timeout = '5s'; TRUNCATE ${tables}`);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== DEADLOCK_DETECTED) {
      throw error;
    }
    return false;
  }
}
