/**
 * Lists and watches against the log: a list is the state at its revision; a watch is the log's slice from where it began,
 * in order, whole, once, over all its connections; a bookmark stands behind all that it covers. Pure.
 */
import {
  describeObject,
  describeOperation,
  type History,
  type ObjectState,
  type Violation,
  type WatchItem,
  type WatchSession,
} from './history.ts';
import { type ExpectedEvent, type ReplayedLog, sameObjects } from './replayed-log.ts';

const keysOf = (objects: readonly ObjectState[]): string =>
  objects
    .map(({ key, revision }) => `${key}@${revision}`)
    .sort()
    .join(' ');

export function checkLists({ operations }: History, log: ReplayedLog): Violation[] {
  return operations.flatMap((operation) => {
    const { request, outcome } = operation;
    if (request.verb !== 'list' || outcome.type !== 'list') {
      return [];
    }
    const expected = log.stateAt(outcome.revision, request.selector);
    const what = `${describeOperation(operation)} at ${outcome.revision}: ${keysOf(outcome.items)}, not ${keysOf(expected)}`;
    return sameObjects(outcome.items, expected) ? [] : [{ rule: 'snapshot' as const, what }];
  });
}

export const checkWatches = ({ sessions, objects }: History, log: ReplayedLog): Violation[] =>
  sessions.flatMap((session) => [
    ...checkBase(session, log),
    ...new SessionCheck(session, log).run(),
    ...checkReproduced(session, objects, log),
  ]);

function checkBase({ name, selector, base, paged }: WatchSession, log: ReplayedLog): Violation[] {
  const { items, revision } = base;
  return items === undefined || paged || sameObjects(items, log.stateAt(revision, selector))
    ? []
    : [{ rule: 'snapshot', what: `${name} began with ${keysOf(items)}, not the state at ${revision}` }];
}

const isExpected = (item: Extract<WatchItem, { object: ObjectState }>, { type, object }: ExpectedEvent): boolean =>
  item.type === type && sameObjects([item.object], [object]);

/** Walks the log's slice and the connections side by side; stops at the first difference, the rest would follow from it. */
class SessionCheck {
  readonly #session: WatchSession;
  readonly #expected: readonly ExpectedEvent[];
  readonly #found: Violation[] = [];
  #next = 0;
  /** What the client resumes from: the last revision that it was told. */
  #at: number;

  constructor(session: WatchSession, log: ReplayedLog) {
    this.#session = session;
    this.#at = session.base.revision;
    this.#expected = log.slice(this.#at, session.selector);
  }

  run(): readonly Violation[] {
    for (const { replica, from, items, wrong } of this.#session.streams) {
      const where = `on ${replica} from ${from}`;
      if (wrong !== undefined) {
        this.#report('answer', `${where} was answered ${wrong}`);
      }
      if (from !== this.#at) {
        this.#report('watch', `${where} does not continue ${this.#at}`);
        return this.#found;
      }
      if (!items.every((item) => this.#take(item, where))) {
        return this.#found;
      }
    }
    const missing = this.#expected.length - this.#next;
    if (missing > 0) {
      this.#report('watch', `lacks the last ${missing} events, from ${this.#expected[this.#next]?.object.revision}`);
    }
    return this.#found;
  }

  #take(item: WatchItem, where: string): boolean {
    const next = this.#expected[this.#next];
    if (item.type === 'BOOKMARK') {
      const isAhead = next !== undefined && next.object.revision <= item.revision;
      if (isAhead) {
        this.#report('bookmark', `${where}: bookmark ${item.revision} before ${describeObject(next.object)}`);
      } else if (item.revision < this.#at) {
        this.#report('bookmark', `${where}: bookmark ${item.revision} after ${this.#at}`);
      }
      this.#at = item.revision;
      return !isAhead;
    }
    if (next === undefined || !isExpected(item, next)) {
      const expected = next === undefined ? 'nothing' : `${next.type} ${describeObject(next.object)}`;
      this.#report('watch', `${where}: ${item.type} ${describeObject(item.object)} instead of ${expected}`);
      return false;
    }
    this.#next += 1;
    this.#at = item.object.revision;
    return true;
  }

  #report(rule: Violation['rule'], what: string): void {
    this.#found.push({ rule, what: `${this.#session.name} ${what}` });
  }
}

/** What an informer would hold at the end. By itself, so that an error in the slice above would not hide one here. */
function checkReproduced(
  { name, selector, base, streams }: WatchSession,
  objects: History['objects'],
  log: ReplayedLog,
) {
  if (base.items === undefined) {
    return [];
  }
  const store = new Map(base.items.map((object) => [object.key, object]));
  for (const item of streams.flatMap(({ items }) => items)) {
    if (item.type === 'DELETED') {
      store.delete(item.object.key);
    } else if (item.type !== 'BOOKMARK') {
      store.set(item.object.key, item.object);
    }
  }
  const wanted = new Set(log.stateAt(Number.MAX_SAFE_INTEGER, selector).map(({ key }) => key));
  const expected = objects.filter(({ key }) => wanted.has(key));
  const what = `${name} ends with ${keysOf([...store.values()])}, not ${keysOf(expected)}`;
  return sameObjects([...store.values()], expected) ? [] : [{ rule: 'final-state' as const, what }];
}
