/** Histories of a store that is right by construction: every operation takes effect at one moment of its time. */
import type { Random } from '../../src/timing/random.ts';
import type { History, LogEntry, ObjectState, Operation, Outcome, Request, WatchItem } from './history.ts';
import { ReplayedLog } from './replayed-log.ts';
import { COLORS, drawSelector, KEYS, pick } from './workload.ts';

const VERBS: readonly Request['verb'][] = ['create', 'update', 'update', 'delete', 'get', 'list'];
/** How far from its moment an operation's call and return may lie, in moments. */
const MAX_SPREAD = 4;

class SimulatedStore {
  readonly objects = new Map<string, ObjectState>();
  readonly log: LogEntry[] = [];

  apply(request: Request): Outcome {
    if (request.verb === 'list') {
      const items = new ReplayedLog(this.log).stateAt(this.log.length, request.selector);
      return { type: 'list', revision: this.log.length, items };
    }
    const { verb, key } = request;
    const current = this.objects.get(key);
    if (verb === 'create') {
      return current === undefined
        ? this.#save('ADDED', { ...request, uid: `u${this.log.length}` })
        : { type: 'refused', reason: 'AlreadyExists' };
    }
    if (current === undefined) {
      return { type: 'refused', reason: 'NotFound' };
    }
    if (verb === 'get') {
      return { type: 'object', object: current };
    }
    if (request.expected !== undefined && request.expected !== current.revision) {
      return { type: 'refused', reason: 'Conflict' };
    }
    if (verb === 'update') {
      return this.#save('MODIFIED', { ...request, uid: current.uid });
    }
    this.objects.delete(key);
    this.log.push({
      revision: this.log.length + 1,
      type: 'DELETED',
      object: { ...current, revision: this.log.length + 1 },
    });
    return { type: 'deleted', uid: current.uid };
  }

  #save(type: 'ADDED' | 'MODIFIED', { key, uid, value, color }: Omit<ObjectState, 'revision'>): Outcome {
    const object = { key, uid, value, color, revision: this.log.length + 1 };
    this.objects.set(key, object);
    this.log.push({ revision: object.revision, type, object });
    return { type: 'object', object };
  }
}

function drawRequest(random: Random, store: SimulatedStore, value: string): Request {
  const verb = pick(random, VERBS);
  const key = pick(random, KEYS.slice(0, 3));
  if (verb === 'list') {
    return { verb, selector: drawSelector(random) };
  }
  const known = store.objects.get(key)?.revision;
  const expected = known === undefined || random.next() < 0.3 ? {} : { expected: random.next() < 0.2 ? 1 : known };
  switch (verb) {
    case 'get':
      return { verb, key };
    case 'create':
      return { verb, key, value, color: pick(random, COLORS) };
    case 'update':
      return { verb, key, value, color: pick(random, COLORS), ...expected };
    case 'delete':
      return { verb, key, ...expected };
  }
}

function simulateWatch(random: Random, log: ReplayedLog, length: number, end: number): History['sessions'][number] {
  const selector = drawSelector(random);
  const start = Math.floor(random.next() * length);
  const streams: { replica: string; from: number; items: WatchItem[] }[] = [{ replica: 'r', from: start, items: [] }];
  let at = start;
  for (const { type, object } of log.slice(start, selector)) {
    if (random.next() < 0.2) {
      at = object.revision - 1;
      streams.at(-1)?.items.push({ at: end, type: 'BOOKMARK', revision: at });
    }
    if (random.next() < 0.2) {
      streams.push({ replica: 'r', from: at, items: [] });
    }
    streams.at(-1)?.items.push({ at: end, type, object });
    at = object.revision;
  }
  return { name: 'w', selector, base: { revision: start, items: log.stateAt(start, selector) }, paged: false, streams };
}

export function simulateHistory(random: Random, count: number): History {
  const store = new SimulatedStore();
  const operations: Operation[] = [];
  for (let id = 0; id < count; id += 1) {
    const request = drawRequest(random, store, `v${id}`);
    const isLost = random.next() < 0.1;
    // A request that was lost on its way did nothing, one whose answer was lost did.
    const outcome: Outcome = isLost && random.next() < 0.5 ? { type: 'failed', why: '' } : store.apply(request);
    operations.push({
      ...{ id, client: 'c', request, call: id - random.next() * MAX_SPREAD, end: id + random.next() * MAX_SPREAD },
      outcome: isLost ? { type: 'unknown', why: '' } : outcome,
    });
  }
  const replayed = new ReplayedLog(store.log);
  const end = count + MAX_SPREAD;
  return {
    ...{ operations, log: store.log, start: 0, current: store.log.length, incidents: [] },
    objects: [...store.objects.values()],
    sessions: [0, 1].map(() => simulateWatch(random, replayed, store.log.length, end)),
  };
}
