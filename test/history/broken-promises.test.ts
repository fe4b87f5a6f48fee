import { describe, expect, it } from 'vitest';
import type { History, Violation } from './history.ts';
import {
  A,
  a1,
  a2,
  all,
  also,
  B,
  b3,
  bookmark,
  creates,
  createsB,
  deletes,
  gets,
  instead,
  lists,
  log,
  object,
  operation,
  rules,
  session,
  told,
  updates,
  watched,
  write,
} from './sample-history.ts';

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
