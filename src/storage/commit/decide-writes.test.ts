import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Write } from '../object-store.ts';
import { decideWrites, fenceKey, writeKey } from './decide-writes.ts';

const name = fc.constantFrom('a', 'b', 'c');
const uid = fc.constantFrom('u1', 'u2');
const revision = fc.integer({ min: 1, max: 14 });
const fence = fc.constantFrom({ shard: 's', holder: 'h', epoch: 1 }, { shard: 's', holder: 'h', epoch: 2 });

const toWrite = (op: Write['op'], of: string, uidOf: string, at: number): Write => {
  const base = {
    resource: 'pods',
    namespace: 'default',
    name: of,
    uid: uidOf,
    ownerUids: [],
    controllerUid: '',
    body: '{}',
  };
  const state = { labels: {}, fields: {} };
  return op === 'create'
    ? { ...base, ...state, op }
    : { ...base, ...state, op, expected: { uid: uidOf, revision: at, ...state } };
};
const write = fc
  .record({ op: fc.constantFrom('create' as const, 'update' as const, 'delete' as const), name, uid, revision })
  .map((given) => toWrite(given.op, given.name, given.uid, given.revision));
const rows = fc.dictionary(name, fc.record({ uid, revision: fc.integer({ min: 1, max: 10 }) }));
const held = new Set([fenceKey({ shard: 's', holder: 'h', epoch: 2 })]);
const LAST = 10;

const decide = (writes: readonly Write[], current: Record<string, { uid: string; revision: number }>) => {
  const states = new Map(Object.entries(current).map(([of, state]) => [writeKey(toWrite('create', of, '', 0)), state]));
  return decideWrites(writes, states, held, LAST);
};

describe('decideWrites', () => {
  it('gives accepted writes dense revisions in their order, and the others none', () => {
    fc.assert(
      fc.property(fc.array(write), rows, (writes, current) => {
        const { results, accepted } = decide(writes, current);
        expect(results).toHaveLength(writes.length);
        const revisions = results.flatMap((result) => (result.ok ? [result.revision] : []));
        expect(revisions).toEqual(accepted.map((_, i) => LAST + 1 + i));
        expect(accepted.map((one) => one.write)).toEqual(writes.filter((_, i) => results[i]?.ok));
      }),
    );
  });

  it('changes a row at most once before a create after its deletion, even on a guessed revision', () => {
    fc.assert(
      fc.property(fc.array(write), rows, (writes, current) => {
        const ops = new Map<string, string[]>();
        for (const { write: one } of decide(writes, current).accepted) {
          ops.set(one.name, [...(ops.get(one.name) ?? []), one.op]);
        }
        for (const list of ops.values()) {
          expect(['create', 'update', 'delete', 'delete,create']).toContain(list.join());
        }
      }),
    );
  });

  it('accepts exactly what compares equal, one write at a time', () => {
    fc.assert(
      fc.property(write, rows, (one, current) => {
        const state = current[one.name];
        const [result] = decide([one], current).results;
        if (one.op === 'create') {
          expect(result?.ok === true).toBe(state === undefined);
        } else if (state === undefined) {
          expect(result).toEqual({ ok: false, reason: 'gone' });
        } else {
          const isSame = state.uid === one.expected.uid && state.revision === one.expected.revision;
          expect(result).toEqual(isSame ? { ok: true, revision: LAST + 1 } : { ok: false, reason: 'conflict' });
        }
      }),
    );
  });

  it('refuses every write of a fence that no longer holds', () => {
    fc.assert(
      fc.property(write, rows, fence, (one, current, of) => {
        const [result] = decide([{ ...one, fence: of }], current).results;
        const isFenced = result?.ok === false && result.reason === 'fenced';
        expect(isFenced).toBe(of.epoch === 1);
      }),
    );
  });
});
