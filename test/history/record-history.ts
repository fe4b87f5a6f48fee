/** Clients and watchers on some replicas while something happens to these, then quiet: a history. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { hashString, type Random, seededRandom } from '../../src/timing/random.ts';
import { until } from '../support/until.ts';
import type { History, Operation } from './history.ts';
import { readTruth } from './read-truth.ts';
import { ReplayedLog } from './replayed-log.ts';
import { Watcher, type WatcherOptions } from './watcher.ts';
import { drawSelector, KEYS, pick, Workload } from './workload.ts';

export interface RecordOptions {
  readonly seed: number;
  readonly databaseUrl: string;
  readonly token: string;
  readonly ca: string;
  readonly replicas: readonly { readonly name: string; readonly origin: string }[];
  /** What happens meanwhile; what it has broken is mended when it resolves. */
  readonly disturb: (workload: Workload) => Promise<void>;
  /** How long the watchers may take to get the last events. */
  readonly quietMs?: number;
}

const CLIENTS = 12;
const WATCHERS = 8;
const LATE_WATCHER_MS = 1_500;
/** Before the faults and after them, so that there is something to lose and something that shows the loss. */
const ACKNOWLEDGED_AROUND = 100;
const LOAD_MS = 3_000;
const QUIET_MS = 10_000;

/** Each has numbers of its own, so that one more of anything leaves the others' as they are. */
export const randomOf = (seed: number, purpose: string): Random => seededRandom(hashString(`${seed} ${purpose}`));

const STARTS: readonly WatcherOptions['start'][] = [
  { type: 'list' },
  { type: 'initial-events' },
  { type: 'list', limit: 4 },
  { type: 'revision', revision: 2 },
];

function createWatcher(index: number, options: Omit<WatcherOptions, 'start' | 'name' | 'selector'>): Watcher {
  const { random } = options;
  const start = STARTS[index % STARTS.length] ?? { type: 'list' };
  const key = index % 5 === 4 ? pick(random, KEYS) : undefined;
  const selector = key === undefined ? drawSelector(random) : { key, namespace: key.split('/')[0] ?? '' };
  return new Watcher({ ...options, start, selector, name: `w${index} ${start.type} ${JSON.stringify(selector)}` });
}

const isAcknowledged = ({ outcome: { type } }: Operation): boolean =>
  type === 'object' || type === 'deleted' || type === 'list';

/** A while of work; a machine that is busy with other things may do less. */
async function untilAcknowledged({ operations }: Workload): Promise<void> {
  const seen = operations.length;
  const isDone = (): boolean => operations.slice(seen).filter(isAcknowledged).length >= ACKNOWLEDGED_AROUND;
  await until(isDone, undefined, LOAD_MS).catch(() => undefined);
}

/** All watchers have what the log has for them; what they lack after the wait is the verdict's. */
async function untilDelivered(watchers: readonly Watcher[], log: ReplayedLog, limitMs: number): Promise<void> {
  const isDone = ({ session, revision }: Watcher): boolean => {
    const last = session && log.slice(session.base.revision, session.selector).at(-1)?.object.revision;
    return session !== undefined && revision >= (last ?? 0);
  };
  await until(() => watchers.every(isDone), undefined, limitMs).catch(() => undefined);
}

export async function recordHistory(options: RecordOptions): Promise<History> {
  const { seed, token, ca, replicas, databaseUrl, disturb, quietMs = QUIET_MS } = options;
  const dispatcher = new Agent({ connect: { ca }, connections: 64 });
  const [loading, watching] = [new AbortController(), new AbortController()];
  // Each request of each watcher listens.
  setMaxListeners(0, watching.signal);
  const workload = new Workload({ token, dispatcher, replicas });
  const watchers = Array.from({ length: WATCHERS }, (_, index) => {
    const random = randomOf(seed, `watcher ${index}`);
    return createWatcher(index, { token, dispatcher, replicas, random, signal: watching.signal });
  });
  // Some begin late, from a revision that is history by then.
  const watches = watchers.map(async (watcher, index) => {
    await sleep((LATE_WATCHER_MS * index) / WATCHERS);
    await watcher.run();
  });
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    workload.runClient(`c${index}`, randomOf(seed, `client ${index}`), loading.signal),
  );
  try {
    await untilAcknowledged(workload);
    await disturb(workload);
    await untilAcknowledged(workload);
    loading.abort();
    await Promise.all(clients);
    const truth = await readTruth(databaseUrl);
    await untilDelivered(watchers, new ReplayedLog(truth.log), quietMs);
    const sessions = watchers.flatMap(({ session }) => session ?? []);
    const missing = watchers.length - sessions.length;
    const incidents = missing === 0 ? [] : [`${missing} watchers could not begin`];
    return { operations: workload.operations, sessions, ...truth, incidents };
  } finally {
    loading.abort();
    watching.abort();
    await Promise.all([...clients, ...watches]);
    await dispatcher.destroy();
  }
}
