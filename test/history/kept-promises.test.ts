import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.ts';
import type { History } from './history.ts';
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
  good,
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
