import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Write, WriteResult } from '../object-store.ts';
import { followerOutcome, takeBatch } from './take-batch.ts';

const name = fc.constantFrom('a', 'b', 'c');
const uid = fc.constantFrom('u1', 'u2');
const revision = fc.integer({ min: 1, max: 4 });
const fence = fc.option(
  fc.record({ shard: fc.constantFrom('s', 't'), holder: fc.constant('h'), epoch: fc.integer({ min: 1, max: 2 }) }),
  { nil: undefined, freq: 3 },
);

const write = fc
  .record({ op: fc.constantFrom('create' as const, 'update' as const, 'delete' as const), name, uid, revision, fence })
  .map(({ op, fence: of, uid: uidOf, revision: at, ...given }): Write => {
    const state = { labels: {}, fields: {} };
    const base = { resource: 'pods', namespace: 'default', uid: uidOf, ownerUids: [], controllerUid: '', body: '{}' };
    const rest = { ...base, ...state, ...given, ...(of === undefined ? {} : { fence: of }) };
    return op === 'create' ? { ...rest, op } : { ...rest, op, expected: { uid: uidOf, revision: at, ...state } };
  });

type State = { readonly uid: string; readonly revision: number } | undefined;
const isHeld = ({ fence: of }: Write): boolean => of === undefined || of.epoch === 2;

/** The rule, one write at a time. */
function judge(one: Write, state: State): Exclude<WriteResult, { ok: true }>['reason'] | undefined {
  if (!isHeld(one)) {
    return 'fenced';
  }
  if (one.op === 'create') {
    return state === undefined ? undefined : 'exists';
  }
  if (state === undefined) {
    return 'gone';
  }
  return state.uid === one.expected.uid && state.revision === one.expected.revision ? undefined : 'conflict';
}

describe('takeBatch', () => {
  it('answers as if the writes had come one by one, in batches of different keys, in order', () => {
    const rows = fc.dictionary(name, fc.record({ uid, revision }), { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(write), rows, (writes, initial) => {
        let queue = writes.map((one, at) => ({ write: one, at }));
        const states = new Map<string, State>(Object.entries(initial));
        const apply = (one: Write): WriteResult => {
          const reason = judge(one, states.get(one.name));
          if (reason !== undefined) {
            return { ok: false, reason };
          }
          // No revision that anyone expects.
          states.set(one.name, one.op === 'delete' ? undefined : { uid: one.uid, revision: Number.NaN });
          return { ok: true, revision: 0 };
        };
        while (queue.length > 0) {
          const { batch, followers, rest } = takeBatch(queue);
          expect(batch.length).toBeGreaterThan(0);
          expect(new Set(batch.map((one) => one.write.name)).size).toBe(batch.length);
          const taken = [...batch, ...followers.map(({ pending }) => pending)].map(({ at }) => at);
          expect(taken.sort((a, b) => a - b)).toEqual(queue.slice(0, taken.length).map(({ at }) => at));
          expect(rest).toEqual(queue.slice(taken.length));
          const results = batch.map((one) => apply(one.write));
          for (const { pending, leader, leaderAt } of followers) {
            expect(leader).toBe(batch[leaderAt]?.write);
            expect(followerOutcome(leader, results[leaderAt]!)).toEqual(apply(pending.write));
          }
          queue = rest;
        }
      }),
    );
  });

  it('is bounded in writes and in bytes, and takes at least one', () => {
    const of = (body: string, at: number): { write: Write } => {
      const base = { resource: 'pods', namespace: 'default', uid: '', ownerUids: [], controllerUid: '', body };
      return { write: { ...base, op: 'create', name: String(at), labels: {}, fields: {} } };
    };
    const small = Array.from({ length: 1_200 }, (_, at) => of('{}', at));
    expect(takeBatch(small).batch).toHaveLength(500);
    const large = Array.from({ length: 9 }, (_, at) => of('x'.repeat(1024 * 1024), at));
    expect(takeBatch(large).batch).toHaveLength(4);
    expect(takeBatch([of('x'.repeat(5 * 1024 * 1024), 0), of('{}', 1)]).batch).toHaveLength(1);
  });

  it('gives writes that stand or fall together a batch of their own', () => {
    const base = { resource: 'pods', namespace: 'default', uid: '', ownerUids: [], controllerUid: '', body: '{}' };
    const of = (at: number, together?: object) => ({
      write: { ...base, op: 'create' as const, name: String(at), labels: {}, fields: {} },
      together,
    });
    const [first, second] = [{}, {}];
    const groups = [...Array.from({ length: 600 }, () => first), second, undefined, undefined];
    let queue = groups.map((together, at) => of(at, together));
    const sizes: number[] = [];
    while (queue.length > 0) {
      const { batch, rest } = takeBatch(queue);
      sizes.push(batch.length);
      queue = rest;
    }
    expect(sizes).toEqual([600, 1, 2]);
    expect(takeBatch([of(0), of(1, first)]).batch).toHaveLength(1);
  });
});
