/**
 * Every answer against the log: what was acknowledged is there under its revision, what failed is not, nothing is there
 * twice or unasked for, and a compare-and-set took place on the state that it named. Pure.
 */
import { describeOperation, type History, type LogEntry, type Operation, type Violation } from './history.ts';
import type { ReplayedLog } from './replayed-log.ts';

type Rule = Violation['rule'];

export function checkAnswers({ operations, log }: History, replayed: ReplayedLog): Violation[] {
  const writers = new Map<string, Operation>();
  for (const operation of operations) {
    if ('value' in operation.request) {
      writers.set(operation.request.value, operation);
    }
  }
  return [
    ...operations.flatMap((operation) => checkAnswer(operation, replayed)),
    ...log.flatMap((entry) => checkWritten(entry, writers, replayed)),
    ...checkDeletions(operations, log, replayed),
  ];
}

function checkAnswer(operation: Operation, replayed: ReplayedLog): Violation[] {
  const { request, outcome } = operation;
  const violation = (rule: Rule, why: string): Violation[] => [
    { rule, what: `${describeOperation(operation)}: ${why}` },
  ];
  if (outcome.type === 'wrong') {
    return violation('answer', outcome.why);
  }
  if (outcome.type !== 'object') {
    return [];
  }
  const { object } = outcome;
  const entry = replayed.entry(object.revision);
  const logged = entry?.type === 'DELETED' ? undefined : entry?.object;
  if (logged?.key !== object.key || logged.value !== object.value || logged.uid !== object.uid) {
    const rule = request.verb === 'get' ? 'snapshot' : 'acknowledged';
    return violation(rule, `answered ${object.value}@${object.revision}, the log has ${JSON.stringify(entry)}`);
  }
  return 'value' in request && request.value !== object.value ? violation('answer', `holds ${object.value}`) : [];
}

/** A create or update in the log: asked for once, not failed, on the state that it compared with. */
function checkWritten(
  { revision, type, object }: LogEntry,
  writers: ReadonlyMap<string, Operation>,
  replayed: ReplayedLog,
): Violation[] {
  if (object === undefined || type === 'DELETED') {
    return [];
  }
  const writer = writers.get(object.value);
  const violation = (rule: Rule, why: string): Violation[] => [
    { rule, what: `${type} ${object.key}@${revision} (${object.value}) ${why}` },
  ];
  if (writer === undefined || !('key' in writer.request) || writer.request.key !== object.key) {
    return violation('phantom', 'was asked for by nobody');
  }
  const { request, outcome } = writer;
  if (outcome.type === 'refused' || outcome.type === 'failed') {
    return violation(
      'phantom',
      `was written although ${describeOperation(writer)} was told ${JSON.stringify(outcome)}`,
    );
  }
  if (outcome.type === 'object' && outcome.object.revision !== revision) {
    return violation('phantom', `was written again: ${describeOperation(writer)} has ${outcome.object.revision}`);
  }
  if ((request.verb === 'create') !== (type === 'ADDED')) {
    return violation('phantom', `came of ${describeOperation(writer)}`);
  }
  const before = replayed.before(revision)?.revision;
  const expected = 'expected' in request ? request.expected : undefined;
  return expected !== undefined && expected !== before
    ? violation('acknowledged', `compared with ${expected}, replaced ${before}`)
    : [];
}

const mayHaveDeleted = (
  { request, outcome }: Operation,
  key: string,
  uid: string,
  before: number | undefined,
): boolean =>
  request.verb === 'delete' &&
  request.key === key &&
  (request.expected === undefined || request.expected === before) &&
  (outcome.type === 'unknown' || (outcome.type === 'deleted' && outcome.uid === uid));

function checkDeletions(
  operations: readonly Operation[],
  log: readonly LogEntry[],
  replayed: ReplayedLog,
): Violation[] {
  const found: Violation[] = [];
  const deleted = new Map<string, LogEntry>();
  for (const entry of log) {
    if (entry.type === 'DELETED' && entry.object !== undefined) {
      const { key, uid } = entry.object;
      deleted.set(uid, entry);
      const before = replayed.before(entry.revision)?.revision;
      if (!operations.some((operation) => mayHaveDeleted(operation, key, uid, before))) {
        found.push({ rule: 'phantom', what: `DELETED ${key}@${entry.revision} was asked for by nobody` });
      }
    }
  }
  const claimed = new Set<string>();
  for (const operation of operations) {
    const { request, outcome } = operation;
    if (outcome.type === 'deleted' && 'key' in request) {
      if (deleted.get(outcome.uid)?.object?.key !== request.key) {
        found.push({ rule: 'acknowledged', what: `${describeOperation(operation)}: the log has no such deletion` });
      }
      if (claimed.has(outcome.uid)) {
        found.push({ rule: 'acknowledged', what: `${describeOperation(operation)}: ${outcome.uid} was deleted twice` });
      }
      claimed.add(outcome.uid);
    }
  }
  return found;
}
