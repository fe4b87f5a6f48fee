/** A short history made by hand, and ways to change it: four writes of two keys, one after another. */
import { checkHistory } from './check-history.ts';
import type { History, LogEntry, ObjectState, Operation, Violation, WatchItem, WatchSession } from './history.ts';

export const A = 'default/a';
export const B = 'default/b';
export const object = (key: string, revision: number, value: string, uid = key, color = 'red'): ObjectState => ({
  ...{ key, uid, revision, value, color },
});
export const a1 = object(A, 1, 'v1');
export const a2 = object(A, 2, 'v2');
export const b3 = object(B, 3, 'v3');
export const a4 = object(A, 4, 'v2');
export const log: LogEntry[] = [
  { revision: 1, type: 'ADDED', object: a1 },
  { revision: 2, type: 'MODIFIED', object: a2 },
  { revision: 3, type: 'ADDED', object: b3 },
  { revision: 4, type: 'DELETED', object: a4 },
];

export const operation = (
  call: number,
  end: number,
  request: Operation['request'],
  outcome: Operation['outcome'],
): Operation => ({ id: call, client: 'c', request, call, end, outcome });
export const write = (
  verb: 'create' | 'update',
  key: string,
  value: string,
  more: object = {},
): Operation['request'] => ({
  ...{ verb, key, value, color: 'red' },
  ...more,
});
export const gets = (call: number, end: number, found: ObjectState | 'NotFound', key = A): Operation =>
  operation(
    call,
    end,
    { verb: 'get', key },
    found === 'NotFound' ? { type: 'refused', reason: found } : { type: 'object', object: found },
  );
export const lists = (call: number, end: number, revision: number, items: ObjectState[]): Operation =>
  operation(call, end, { verb: 'list', selector: {} }, { type: 'list', revision, items });

export const creates = operation(10, 20, write('create', A, 'v1'), { type: 'object', object: a1 });
export const updates = operation(30, 40, write('update', A, 'v2', { expected: 1 }), { type: 'object', object: a2 });
export const createsB = operation(50, 60, write('create', B, 'v3'), { type: 'object', object: b3 });
export const deletes = operation(70, 80, { verb: 'delete', key: A, expected: 2 }, { type: 'deleted', uid: A });
export const writes = [creates, updates, createsB, deletes];

export const told = (type: 'ADDED' | 'MODIFIED' | 'DELETED', of: ObjectState, at = 100): WatchItem => ({
  at,
  type,
  object: of,
});
export const bookmark = (revision: number, at = 100): WatchItem => ({ at, type: 'BOOKMARK', revision });
export const all = [told('ADDED', a1), told('MODIFIED', a2), told('ADDED', b3), told('DELETED', a4)];
export const session = (...connections: [from: number, items: WatchItem[]][]): WatchSession => ({
  ...{ name: 'w', selector: {}, base: { revision: connections[0]?.[0] ?? 0 }, paged: false },
  streams: connections.map(([from, items]) => ({ replica: 'r', from, items })),
});

export const good: History = {
  operations: writes,
  sessions: [],
  log,
  start: 0,
  current: 4,
  objects: [b3],
  incidents: [],
};
export const rules = (change: Partial<History>): Violation['rule'][] => [
  ...new Set(checkHistory({ ...good, ...change }).map(({ rule }) => rule)),
];
export const also = (...operations: Operation[]): Partial<History> => ({ operations: [...writes, ...operations] });
export const instead = (old: Operation, now: Operation): Partial<History> => ({
  operations: writes.map((each) => (each === old ? now : each)),
});
export const watched = (...sessions: WatchSession[]): Partial<History> => ({ sessions });
