import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.ts';
import type { History, LogEntry, ObjectState, Operation, Violation, WatchItem, WatchSession } from './history.ts';

const A = 'default/a';
const B = 'default/b';
const object = (key: string, revision: number, value: string, uid = key, color = 'red'): ObjectState => ({
  ...{ key, uid, revision, value, color },
});
const a1 = object(A, 1, 'v1');
const a2 = object(A, 2, 'v2');
const b3 = object(B, 3, 'v3');
const a4 = object(A, 4, 'v2');
const log: LogEntry[] = [
  { revision: 1, type: 'ADDED', object: a1 },
  { revision: 2, type: 'MODIFIED', object: a2 },
  { revision: 3, type: 'ADDED', object: b3 },
  { revision: 4, type: 'DELETED', object: a4 },
];

const operation = (
  call: number,
  end: number,
  request: Operation['request'],
  outcome: Operation['outcome'],
): Operation => ({ id: call, client: 'c', request, call, end, outcome });
const write = (verb: 'create' | 'update', key: string, value: string, more: object = {}): Operation['request'] => ({
  ...{ verb, key, value, color: 'red' },
  ...more,
});
const gets = (call: number, end: number, found: ObjectState | 'NotFound', key = A): Operation =>
  operation(
    call,
    end,
    { verb: 'get', key },
    found === 'NotFound' ? { type: 'refused', reason: found } : { type: 'object', object: found },
  );
const lists = (call: number, end: number, revision: number, items: ObjectState[]): Operation =>
  operation(call, end, { verb: 'list', selector: {} }, { type: 'list', revision, items });

const creates = operation(10, 20, write('create', A, 'v1'), { type: 'object', object: a1 });
const updates = operation(30, 40, write('update', A, 'v2', { expected: 1 }), { type: 'object', object: a2 });
const createsB = operation(50, 60, write('create', B, 'v3'), { type: 'object', object: b3 });
const deletes = operation(70, 80, { verb: 'delete', key: A, expected: 2 }, { type: 'deleted', uid: A });
const writes = [creates, updates, createsB, deletes];

const told = (type: 'ADDED' | 'MODIFIED' | 'DELETED', of: ObjectState, at = 100): WatchItem => ({
  at,
  type,
  object: of,
});
const bookmark = (revision: number, at = 100): WatchItem => ({ at, type: 'BOOKMARK', revision });
const all = [told('ADDED', a1), told('MODIFIED', a2), told('ADDED', b3), told('DELETED', a4)];
const session = (...connections: [from: number, items: WatchItem[]][]): WatchSession => ({
  ...{ name: 'w', selector: {}, base: { revision: connections[0]?.[0] ?? 0 }, paged: false },
  streams: connections.map(([from, items]) => ({ replica: 'r', from, items })),
});

const good: History = { operations: writes, sessions: [], log, start: 0, current: 4, objects: [b3], incidents: [] };
const rules = (change: Partial<History>): Violation['rule'][] => [
  ...new Set(checkHistory({ ...good, ...change }).map(({ rule }) => rule)),
];
const also = (...operations: Operation[]): Partial<History> => ({ operations: [...writes, ...operations] });
const instead = (old: Operation, now: Operation): Partial<History> => ({
  operations: writes.map((each) => (each === old ? now : each)),
});
const watched = (...sessions: WatchSession[]): Partial<History> => ({ sessions });

describe('a history that keeps every promise', () => {
  const unknown = { type: 'unknown', why: 'reset' } as const;
  it.each<[string, Partial<History>]>([
    ['writes one after another', {}],
    ['a read during a write, before it or after it', also(gets(31, 39, a1), gets(32, 38, a2))],
    ['a read of what is gone', also(gets(81, 82, 'NotFound'))],
    ['a read during the deletion that no longer finds it', also(gets(71, 72, 'NotFound'))],
    [
      'refusals that were true',
      also(
        operation(41, 45, write('create', A, 'x'), { type: 'refused', reason: 'AlreadyExists' }),
        operation(42, 46, write('update', A, 'y', { expected: 1 }), { type: 'refused', reason: 'Conflict' }),
        operation(83, 84, { verb: 'delete', key: A }, { type: 'refused', reason: 'NotFound' }),
      ),
    ],
    ['a list during two writes', also(lists(35, 65, 2, [a2]), lists(61, 62, 3, [a2, b3]))],
    ['an unknown outcome that was written', instead(updates, operation(30, 40, updates.request, unknown))],
    ['an unknown outcome that was not', also(operation(30, 40, write('update', A, 'z'), unknown))],
    [
      'an unknown write that took effect after its caller gave up',
      instead(createsB, operation(21, 22, createsB.request, unknown)),
    ],
    ['an unknown deletion', instead(deletes, operation(70, 80, deletes.request, unknown))],
    ['a failure that was none', also(operation(5, 6, write('create', A, 'q'), { type: 'failed', why: '429' }))],
    ['a watch from the start', watched(session([0, all]))],
    ['a watch from the middle', watched(session([2, all.slice(2)]))],
    [
      'a watch over three connections, one of them silent',
      watched(session([0, all.slice(0, 1)], [1, []], [1, all.slice(1)])),
    ],
    [
      'bookmarks behind what they cover, resumed from',
      watched(session([0, [...all.slice(0, 2), bookmark(2)]], [2, [...all.slice(2), bookmark(4)]])),
    ],
    [
      'a bookmark that passes over other kinds',
      { ...watched(session([0, [...all, bookmark(5)]])), log: [...log, { revision: 5, type: 'ADDED' }], current: 5 },
    ],
    ['a list and the watch from it', watched({ ...session([2, all.slice(2)]), base: { revision: 2, items: [a2] } })],
    [
      'pages newer than their revision',
      watched({ ...session([1, all.slice(1)]), base: { revision: 1, items: [a2, b3] }, paged: true }),
    ],
    ['a watch of one key', watched({ ...session([0, [told('ADDED', b3)]]), selector: { key: B } })],
  ])('%s', (_, change) => {
    expect(checkHistory({ ...good, ...change })).toEqual([]);
  });

  it('with an object that leaves a selector and enters it again', () => {
    const green = object(A, 2, 'v2', A, 'green');
    const again = object(A, 3, 'v3');
    const history: History = {
      ...good,
      log: [
        log[0]!,
        { revision: 2, type: 'MODIFIED', object: green },
        { revision: 3, type: 'MODIFIED', object: again },
      ],
      operations: [
        creates,
        operation(30, 40, write('update', A, 'v2'), { type: 'object', object: green }),
        operation(50, 60, write('update', A, 'v3'), { type: 'object', object: again }),
      ],
      sessions: [
        {
          ...session([0, [told('ADDED', a1), told('DELETED', green), told('ADDED', again)]]),
          selector: { color: 'red' },
        },
      ],
      ...{ current: 3, objects: [again] },
    };
    expect(checkHistory(history)).toEqual([]);
    expect(
      rules({
        ...history,
        sessions: [session([0, [told('ADDED', a1), told('MODIFIED', green)]])].map((s) => ({
          ...s,
          selector: { color: 'red' },
        })),
      }),
    ).toEqual(['watch']);
  });
});

describe('a history that breaks one', () => {
  const swapped = [
    log[0]!,
    { ...log[2]!, revision: 2, object: { ...b3, revision: 2 } },
    { ...log[1]!, revision: 3, object: { ...a2, revision: 3 } },
    log[3]!,
  ];
  it.each<[string, Violation['rule'], Partial<History>]>([
    [
      'an acknowledged write that is not there',
      'acknowledged',
      also(operation(90, 95, write('create', A, 'lost'), { type: 'object', object: object(A, 5, 'lost') })),
    ],
    [
      'an acknowledged deletion that is not there',
      'acknowledged',
      also(operation(90, 95, { verb: 'delete', key: B }, { type: 'deleted', uid: B })),
    ],
    [
      'a deletion acknowledged twice',
      'acknowledged',
      also(operation(71, 79, { verb: 'delete', key: A }, { type: 'deleted', uid: A })),
    ],
    [
      'a compare-and-set on another state',
      'acknowledged',
      instead(updates, { ...updates, request: write('update', A, 'v2', { expected: 7 }) }),
    ],
    ['a write that nobody asked for', 'phantom', { operations: [creates, updates, deletes] }],
    ['a deletion that nobody asked for', 'phantom', { operations: [creates, updates, createsB] }],
    [
      'a failed write that took effect',
      'phantom',
      instead(createsB, operation(50, 60, createsB.request, { type: 'failed', why: '503' })),
    ],
    [
      'a refused write that took effect',
      'phantom',
      instead(createsB, operation(50, 60, createsB.request, { type: 'refused', reason: 'AlreadyExists' })),
    ],
    [
      'a write that took effect twice',
      'phantom',
      {
        log: [...log, { revision: 5, type: 'MODIFIED', object: object(B, 5, 'v3') }],
        current: 5,
        objects: [object(B, 5, 'v3')],
      },
    ],
    [
      'a gap in the log',
      'log',
      { log: log.map((entry, i) => (i === 3 ? { ...entry, revision: 5 } : entry)), current: 5 },
    ],
    ['a log that begins late', 'log', { start: 1 }],
    ['a counter that is not the log’s end', 'log', { current: 5 }],
    ['objects that the log does not add up to', 'log', { objects: [a2, b3] }],
    [
      'an addition of what exists',
      'log',
      { log: log.map((entry, i) => (i === 1 ? { ...entry, type: 'ADDED' } : entry)) },
    ],
    [
      'revisions against the order of time',
      'real-time',
      {
        log: swapped,
        operations: [
          creates,
          operation(50, 60, updates.request, { type: 'object', object: { ...a2, revision: 3 } }),
          operation(70, 75, createsB.request, { type: 'object', object: { ...b3, revision: 2 } }),
          { ...deletes, call: 80, end: 90, request: { verb: 'delete', key: A } },
        ],
        objects: [{ ...b3, revision: 2 }],
      },
    ],
    [
      'an unknown write dated before its call',
      'real-time',
      {
        ...also(gets(61, 62, b3, B)),
        operations: [
          creates,
          gets(61, 62, b3, B),
          operation(63, 64, updates.request, { type: 'unknown', why: 'reset' }),
          createsB,
          deletes,
        ],
      },
    ],
    ['a stale read', 'real-time', also(gets(41, 42, a1))],
    ['a read older than one before it, both during a write', 'real-time', also(gets(31, 33, a2), gets(34, 36, a1))],
    ['a read of the future', 'real-time', also(gets(21, 22, a2))],
    ['an object not found that was there', 'real-time', also(gets(41, 42, 'NotFound'))],
    [
      'a key said to be taken that was free',
      'real-time',
      also(
        operation(1, 2, write('create', B, 'n'), { type: 'refused', reason: 'AlreadyExists' }),
        gets(3, 4, 'NotFound', B),
        operation(90, 91, write('create', A, 'n'), { type: 'refused', reason: 'AlreadyExists' }),
      ),
    ],
    [
      'a conflict without a cause',
      'real-time',
      also(operation(41, 42, write('update', A, 'n', { expected: 2 }), { type: 'refused', reason: 'Conflict' })),
    ],
    ['a list that went back', 'real-time', also(lists(61, 62, 2, [a2]))],
    ['a list without what its revision has', 'snapshot', also(lists(61, 62, 3, [a2]))],
    ['a list with what its revision has not yet', 'snapshot', also(lists(51, 59, 2, [a2, b3]))],
    ['a read of what was never written', 'snapshot', also(gets(41, 42, object(A, 2, 'other')))],
    [
      'an event told before its commit',
      'real-time',
      {
        ...also(gets(35, 38, a1)),
        ...watched(session([0, all.map((item, i) => (i === 1 ? { ...item, at: 34 } : item))])),
      },
    ],
    [
      'a bookmark told before its commit',
      'real-time',
      {
        ...also(gets(35, 38, a1)),
        ...watched(session([0, [told('ADDED', a1, 21), bookmark(3, 34), ...all.slice(1)]])),
      },
    ],
    ['a watch that skips', 'watch', watched(session([0, [...all.slice(0, 1), ...all.slice(2)]]))],
    ['a watch that tells twice', 'watch', watched(session([0, [...all.slice(0, 2), all[1]!, ...all.slice(2)]]))],
    ['a watch out of order', 'watch', watched(session([0, [all[0]!, all[2]!, all[1]!, all[3]!]]))],
    [
      'a watch of another type of change',
      'watch',
      watched(session([0, [all[0]!, told('ADDED', a2), ...all.slice(2)]])),
    ],
    [
      'a watch of another state',
      'watch',
      watched(session([0, [all[0]!, told('MODIFIED', { ...a2, value: 'v1' }), ...all.slice(2)]])),
    ],
    ['a watch that never tells the end', 'watch', watched(session([0, all.slice(0, 3)]))],
    [
      'a watch that loses something between two connections',
      'watch',
      watched(session([0, all.slice(0, 1)], [1, all.slice(2)])),
    ],
    ['a watch of what the log has not', 'watch', watched(session([0, [...all, told('ADDED', object(A, 9, 'v9'))]]))],
    [
      'a bookmark ahead of an event',
      'bookmark',
      watched(session([0, [...all.slice(0, 1), bookmark(2), ...all.slice(1)]])),
    ],
    ['a bookmark that goes back', 'bookmark', watched(session([0, [...all.slice(0, 3), bookmark(2), all[3]!]]))],
    [
      'a watch that began with another state',
      'snapshot',
      watched({ ...session([2, all.slice(2)]), base: { revision: 2, items: [a1] } }),
    ],
    [
      'pages from which the watch does not lead to the end',
      'final-state',
      watched({ ...session([4, []]), base: { revision: 4, items: [a2, b3] }, paged: true }),
    ],
    [
      'an answer that no fault explains',
      'answer',
      also(operation(1, 2, { verb: 'get', key: A }, { type: 'wrong', why: '500' })),
    ],
    ['a process that ended by itself', 'answer', { incidents: ['api ended'] }],
  ])('%s: %s', (_, rule, change) => {
    expect(rules(change)).toContain(rule);
  });
});
