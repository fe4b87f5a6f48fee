/** One run: a database and API processes of its own, faults among them, and the verdict. All drawn from the seed. */
import { freePort } from '../support/free-port.ts';
import { checkHistory } from './check-history.ts';
import { runFaults } from './faults.ts';
import type { History, Violation } from './history.ts';
import { randomOf, recordHistory } from './record-history.ts';
import { ReplicaProcess } from './replica-process.ts';
import type { TestServer } from './test-server.ts';
import { pick } from './workload.ts';

export interface RunWorld {
  readonly server: TestServer;
  /** The bundle of `api-program.ts`. */
  readonly program: string;
  readonly tls: { readonly folder: string; readonly ca: string };
}
export interface RunReport {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly history: History;
  readonly violations: readonly Violation[];
  readonly durationMs: number;
}

async function createReplicas({ program, tls }: RunWorld, url: string, seed: number): Promise<ReplicaProcess[]> {
  const random = randomOf(seed, 'replicas');
  const replicas: ReplicaProcess[] = [];
  for (const [index, name] of pick(random, [
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b', 'c'],
  ]).entries()) {
    // Few connections for many clients.
    const poolSize = pick(random, [2, 4, 8]);
    const options = { url, poolSize, port: await freePort(), seed: seed + index, tlsFolder: tls.folder };
    replicas.push(new ReplicaProcess(program, name, options));
  }
  return replicas;
}

export async function runSeed(seed: number, world: RunWorld): Promise<RunReport> {
  const startedAt = performance.now();
  const { server, tls } = world;
  const databaseUrl = await server.createDatabase();
  const replicas = await createReplicas(world, databaseUrl, seed);
  let faults: readonly string[] = [];
  try {
    await Promise.all(replicas.map((replica) => replica.start()));
    const recorded = await recordHistory({
      ...{ seed, databaseUrl, replicas, token: server.token, ca: tls.ca },
      async disturb(workload) {
        const randoms = [randomOf(seed, 'api faults'), randomOf(seed, 'database faults')] as const;
        faults = await runFaults({ server, databaseUrl, replicas, workload }, randoms);
      },
    });
    await Promise.all(replicas.map((replica) => replica.kill()));
    const incidents = [...recorded.incidents, ...replicas.flatMap((replica) => replica.incidents)];
    const history = { ...recorded, incidents };
    return { seed, faults, history, violations: checkHistory(history), durationMs: performance.now() - startedAt };
  } finally {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await server.dropDatabase(databaseUrl);
  }
}
