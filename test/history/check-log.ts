/** The log by itself: dense, legal for every key, and what the tables hold is its sum. Pure. */
import { describeObject, type History, type LogEntry, type ObjectState, type Violation } from './history.ts';
import { type ReplayedLog, sameObjects } from './replayed-log.ts';

function illegal({ type, object }: LogEntry, before: ObjectState | undefined): string | undefined {
  if (object === undefined) {
    return undefined;
  }
  if (type === 'ADDED') {
    return before === undefined ? undefined : 'adds what exists';
  }
  if (before === undefined) {
    return 'changes what does not exist';
  }
  if (before.uid !== object.uid) {
    return 'changes the uid';
  }
  return type === 'DELETED' && before.value !== object.value ? 'does not hold the last state' : undefined;
}

export function checkLog({ log, start, current, objects }: History, replayed: ReplayedLog): Violation[] {
  const found: string[] = [];
  log.forEach((entry, index) => {
    const expected = start + index + 1;
    if (entry.revision !== expected) {
      found.push(`entry ${index} has revision ${entry.revision}, not ${expected}`);
    }
    const why = illegal(entry, replayed.before(entry.revision));
    if (why !== undefined && entry.object !== undefined) {
      found.push(`${entry.type} ${describeObject(entry.object)} ${why}`);
    }
  });
  const last = log.at(-1)?.revision ?? start;
  if (last !== current) {
    found.push(`the log ends with ${last}, the counter is ${current}`);
  }
  if (!sameObjects(objects, replayed.stateAt(Number.MAX_SAFE_INTEGER))) {
    found.push('the objects are not what the log adds up to');
  }
  return found.map((what) => ({ rule: 'log', what }));
}
