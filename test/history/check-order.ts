/**
 * Linearizability, with revisions as the order. Each operation takes effect at one revision between its call and its
 * return, so what was called after another's return cannot come before it. Each is placed as early as that allows and
 * its answer permits; one that fits nowhere has seen the past, or the future was told too early. Exact, because all
 * constraints are of the form "not before". Stronger than a register a key: the order spans all keys and all watches.
 */
import { describeOperation, type History, type Operation, type Violation } from './history.ts';
import type { ReplayedLog } from './replayed-log.ts';

interface Moment {
  readonly at: number;
  readonly run: () => void;
}

/** The revision at which it can have taken effect, from `earliest` on; undefined: none. 'any': its answer says nothing. */
export type Placement = number | 'any' | undefined;

function placeRefusal({ request }: Operation, reason: string, earliest: number, log: ReplayedLog): Placement {
  if (!('key' in request)) {
    return undefined;
  }
  if (reason === 'NotFound') {
    return log.firstFrom(request.key, earliest, (object) => object === undefined);
  }
  if (reason === 'AlreadyExists') {
    return log.firstFrom(request.key, earliest, (object) => object !== undefined);
  }
  const expected = 'expected' in request ? request.expected : undefined;
  // Without a comparison of its own a write gives up only after many lost races: none of them is known.
  return expected === undefined
    ? 'any'
    : log.firstFrom(request.key, earliest, (object) => object !== undefined && object.revision !== expected);
}

/** `deletions`: the revision at which a uid was deleted. */
export function place(
  operation: Operation,
  earliest: number,
  log: ReplayedLog,
  deletions: ReadonlyMap<string, number>,
): Placement {
  const { request, outcome } = operation;
  // A write's revision must be a new one.
  const written = (revision: number | undefined): Placement =>
    revision !== undefined && revision > earliest ? revision : undefined;
  switch (outcome.type) {
    case 'object':
      return request.verb === 'get'
        ? log.firstFrom(request.key, earliest, (object) => object?.revision === outcome.object.revision)
        : written(outcome.object.revision);
    case 'deleted':
      return written(deletions.get(outcome.uid));
    case 'list':
      return outcome.revision >= earliest ? outcome.revision : undefined;
    case 'refused':
      return placeRefusal(operation, outcome.reason, earliest, log);
    case 'failed':
    case 'unknown':
    case 'wrong':
      return 'any';
  }
}

export function checkOrder({ operations, sessions, log }: History, replayed: ReplayedLog): Violation[] {
  const found: Violation[] = [];
  const deletions = new Map<string, number>();
  const byValue = new Map<string, number>();
  for (const { type, revision, object } of log) {
    if (object !== undefined && type === 'DELETED') {
      deletions.set(object.uid, revision);
    } else if (object !== undefined) {
      byValue.set(object.value, revision);
    }
  }
  /** The latest revision known to have been reached. */
  let reached = 0;
  const reach = (at: number, revision: number): Moment => ({
    at,
    run: () => {
      reached = Math.max(reached, revision);
    },
  });
  const momentsOf = (operation: Operation): Moment[] => {
    let earliest = 0;
    const call = (): void => {
      earliest = reached;
      // A write of unknown outcome has no return, but it too must come after its call.
      const revision = 'value' in operation.request ? byValue.get(operation.request.value) : undefined;
      if (revision !== undefined && revision <= earliest) {
        const what = `${describeOperation(operation)} was written at ${revision}, ${earliest} was reached before its call`;
        found.push({ rule: 'real-time', what });
      }
    };
    const end = (): void => {
      const placed = place(operation, earliest, replayed, deletions);
      if (placed === undefined) {
        const answer = JSON.stringify(operation.outcome);
        const what = `${describeOperation(operation)}: ${answer} fits no revision from ${earliest}, reached before its call`;
        found.push({ rule: 'real-time', what });
      } else if (placed !== 'any') {
        reached = Math.max(reached, placed);
      }
    };
    return [
      { at: operation.call, run: call },
      { at: operation.end, run: end },
    ];
  };
  const told = sessions.flatMap(({ streams }) => streams.flatMap(({ items }) => items));
  const moments = [
    ...operations.flatMap(momentsOf),
    ...told.map((item) => reach(item.at, item.type === 'BOOKMARK' ? item.revision : item.object.revision)),
  ];
  // Stable: at the same instant an operation's call stays before its return.
  for (const { run } of moments.sort((a, b) => a.at - b.at)) {
    run();
  }
  return found;
}
