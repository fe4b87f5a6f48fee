/** One run: a database and replicas of its own, clients and watchers, faults, then quiet, then the verdict. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { hashString, type Random, seededRandom } from '../../src/timing/random.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { checkHistory } from './check-history.ts';
import { runFaults } from './faults.ts';
import type { History, Violation, WatchSession } from './history.ts';
import { readTruth } from './read-truth.ts';
import { ReplayedLog } from './replayed-log.ts';
import { ReplicaProcess } from './replica-process.ts';
import type { TestServer } from './test-server.ts';
import { Watcher, type WatcherOptions } from './watcher.ts';
import { drawSelector, KEYS, pick, Workload } from './workload.ts';

export interface RunWorld {
  readonly server: TestServer;
  /** Of `api-program.ts`. */
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

const CLIENTS = 12;
const WATCHERS = 8;
const LOAD_BEFORE_END_MS = 400;
const QUIET_MS = 10_000;

const randomOf = (seed: number, purpose: string): Random => seededRandom(hashString(`${seed} ${purpose}`));

async function startReplicas({ program, tls }: RunWorld, url: string, seed: number): Promise<ReplicaProcess[]> {
  const random = randomOf(seed, 'replicas');
  const count = pick(random, [2, 2, 3]);
  const replicas: ReplicaProcess[] = [];
  for (let i = 0; i < count; i += 1) {
    const port = await freePort();
    const poolSize = pick(random, [2, 4, 8]);
    replicas.push(
      new ReplicaProcess(program, `api${i}`, { url, port, poolSize, seed: seed + i, tlsFolder: tls.folder }),
    );
  }
  await Promise.all(replicas.map((replica) => replica.start()));
  return replicas;
}

/** Of every kind; some begin late, from a revision that is history by then. */
async function watch(
  index: number,
  random: Random,
  options: Omit<WatcherOptions, 'start' | 'name' | 'selector' | 'random'>,
  watchers: Watcher[],
): Promise<void> {
  const starts: WatcherOptions['start'][] = [
    { type: 'list' },
    { type: 'initial-events' },
    { type: 'list', limit: 4 },
    { type: 'revision', revision: 2 },
  ];
  const start = starts[index % starts.length] ?? { type: 'list' };
  const selector = index % 5 === 4 ? { key: pick(random, KEYS) } : drawSelector(random);
  const namespace = selector.key?.split('/')[0];
  const watcher = new Watcher({
    ...{ ...options, random, start, name: `w${index} ${start.type} ${JSON.stringify(selector)}` },
    selector: { ...selector, ...(namespace === undefined ? {} : { namespace }) },
  });
  await sleep(random.next() * 1_500);
  watchers.push(watcher);
  await watcher.run();
}

/** All watchers have what the log has for them; what they lack after the wait is the verdict's. */
async function untilDelivered(watchers: readonly Watcher[], log: ReplayedLog): Promise<void> {
  const isDone = (watcher: Watcher): boolean => {
    const { session } = watcher;
    const last = session && log.slice(session.base.revision, session.selector).at(-1)?.object.revision;
    return session !== undefined && watcher.revision >= (last ?? 0);
  };
  await until(() => watchers.every(isDone), undefined, QUIET_MS).catch(() => undefined);
}

export async function runSeed(seed: number, world: RunWorld): Promise<RunReport> {
  const startedAt = performance.now();
  const databaseUrl = await world.server.createDatabase();
  const replicas = await startReplicas(world, databaseUrl, seed);
  const dispatcher = new Agent({ connect: { ca: world.tls.ca }, connections: 64 });
  const access = { token: world.server.token, dispatcher };
  const [loading, watching] = [new AbortController(), new AbortController()];
  try {
    const workload = new Workload({ ...access, replicas });
    const clients = Array.from({ length: CLIENTS }, (_, i) =>
      workload.runClient(`c${i}`, randomOf(seed, `client ${i}`), loading.signal),
    );
    const watchers: Watcher[] = [];
    const watches = Array.from({ length: WATCHERS }, (_, i) =>
      watch(i, randomOf(seed, `watcher ${i}`), { ...access, replicas, signal: watching.signal }, watchers),
    );
    const lanes = [randomOf(seed, 'api faults'), randomOf(seed, 'database faults')] as const;
    const faults = await runFaults({ ...world, databaseUrl, replicas, workload, random: lanes[0] }, lanes);
    await sleep(LOAD_BEFORE_END_MS);
    loading.abort();
    await Promise.all(clients);
    await until(() => watchers.length === WATCHERS);
    const truth = await readTruth(databaseUrl);
    await untilDelivered(watchers, new ReplayedLog(truth.log));
    watching.abort();
    await Promise.all(watches);
    await Promise.all(replicas.map((replica) => replica.kill('SIGTERM')));
    const sessions = watchers
      .map(({ session }) => session)
      .filter((session): session is WatchSession => session !== undefined);
    const incidents = replicas.flatMap((replica) => replica.incidents);
    const unbegun = watchers.length - sessions.length;
    const history: History = {
      ...{ operations: workload.operations, sessions, ...truth },
      incidents: unbegun === 0 ? incidents : [...incidents, `${unbegun} watchers never began`],
    };
    return { seed, faults, history, violations: checkHistory(history), durationMs: performance.now() - startedAt };
  } finally {
    loading.abort();
    watching.abort();
    await Promise.all(replicas.map((replica) => replica.kill('SIGKILL')));
    await dispatcher.destroy();
    await world.server.dropDatabase(databaseUrl);
  }
}
