/** What goes wrong in a run: one lane of faults for the API processes beside one for Postgres, so that they overlap. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Random } from '../../src/timing/random.ts';
import { until } from '../support/until.ts';
import type { ReplicaProcess } from './replica-process.ts';
import type { TestServer } from './test-server.ts';
import { pick, type Workload } from './workload.ts';

export interface FaultWorld {
  readonly server: TestServer;
  readonly databaseUrl: string;
  readonly replicas: readonly ReplicaProcess[];
  readonly workload: Workload;
}
type Fault = (world: FaultWorld & { readonly random: Random }) => Promise<void>;

const between = (random: Random, from: number, to: number): number => from + random.next() * (to - from);

async function withSession(url: string, run: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A fault of the other lane may end the session; the query under way says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await run(client);
  } finally {
    await client.end();
  }
}

/** As a machine that swaps or a VM that is moved; rare, since each costs a run its length. */
const LONG_PAUSE_MS = 5_000;
const LONG_PAUSE_SHARE = 0.1;

const BACKENDS = `FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'flotilla %'`;

const apiFaults: Readonly<Record<string, Fault>> = {
  async 'api-kill'({ replicas, random }) {
    const replica = pick(random, replicas);
    await replica.kill();
    await sleep(between(random, 0, 300));
    await replica.start();
  },
  async 'api-pause'({ replicas, random }) {
    const replica = pick(random, replicas);
    replica.pause();
    await sleep(random.next() < LONG_PAUSE_SHARE ? LONG_PAUSE_MS : between(random, 500, 2_500));
    replica.resume();
  },
  /** Many times the connections of a replica's pool at once. */
  async 'pool-exhaustion'({ replicas, random, workload }) {
    const replica = pick(random, replicas);
    const calls = Array.from({ length: 120 }, (_, i) => workload.call(`b${i}`, replica, workload.draw(random)));
    await Promise.all(calls);
  },
};

const databaseFaults: Readonly<Record<string, Fault>> = {
  async 'backends-terminated'({ databaseUrl, random }) {
    for (let i = 0; i < 4; i += 1) {
      await withSession(databaseUrl, (client) => client.query(`SELECT pg_terminate_backend(pid) ${BACKENDS}`));
      await sleep(between(random, 50, 300));
    }
  },
  /** Postgres then restarts all its processes and recovers. */
  async 'backend-kill'({ databaseUrl, random }) {
    await withSession(databaseUrl, async (client) => {
      const { rows } = await client.query<{ pid: number }>(`SELECT pid ${BACKENDS}`);
      process.kill(pick(random, rows).pid, 'SIGKILL');
    });
  },
  'postmaster-kill': ({ server }) => server.crash(),
  async 'idle-transaction'({ databaseUrl, random }) {
    await withSession(databaseUrl, async (client) => {
      const table = pick(random, ['revisions', "objects WHERE resource = 'configmaps'"]);
      await client.query('BEGIN');
      await client.query(`SELECT FROM ${table} FOR UPDATE`);
      await sleep(between(random, 500, 2_500));
      await client.query('ROLLBACK');
    });
  },
};

export const FAULT_NAMES: readonly string[] = [...Object.keys(apiFaults), ...Object.keys(databaseFaults)];
const MAX_FAULTS_A_LANE = 2;

async function runLane(faults: Readonly<Record<string, Fault>>, world: FaultWorld, random: Random): Promise<string[]> {
  const done: string[] = [];
  const count = 1 + Math.floor(random.next() * MAX_FAULTS_A_LANE);
  for (let i = 0; i < count; i += 1) {
    await sleep(between(random, 100, 600));
    const name = pick(random, Object.keys(faults));
    // The server may be down by the other fault's doing: then this one has not taken place as planned.
    const failure = await faults[name]?.({ ...world, random }).then(
      () => undefined,
      (error: unknown) => error,
    );
    done.push(failure === undefined ? name : `(${name})`);
  }
  return done;
}

const isAnswering = (url: string): Promise<boolean> =>
  withSession(url, (client) => client.query('SELECT 1')).then(
    () => true,
    () => false,
  );

/** Resolves with what was done once all is mended; a name in brackets was cut short by another fault. */
export async function runFaults(world: FaultWorld, randoms: readonly [Random, Random]): Promise<string[]> {
  const lanes = await Promise.all([runLane(apiFaults, world, randoms[0]), runLane(databaseFaults, world, randoms[1])]);
  await until(() => isAnswering(world.databaseUrl));
  return lanes.flat();
}
