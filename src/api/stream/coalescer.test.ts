import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WatchEvent } from '../../registry/registry.ts';
import { Coalescer } from './coalescer.ts';
import { exactly, type Position } from './resume-token.ts';

const event = (type: WatchEvent['type'], uid: string, revision: number): WatchEvent => ({
  type,
  object: { ...{ resource: 'pods', namespace: '', name: uid, uid, revision, labels: {}, fields: {} }, body: '{}' },
});
const all = () => false;
const told = (events: readonly WatchEvent[]) =>
  events.map(({ type, object }) => `${type} ${object.uid}@${object.revision}`);

/** One change a revision, each possible: an object that is gone may come back, as into a selection. */
function historyOf(turns: readonly { uid: string; removes: boolean }[]): WatchEvent[] {
  const present = new Set<string>();
  return turns.map(({ uid, removes }, index) => {
    const was = present.has(uid);
    const type = was ? (removes ? 'DELETED' : 'MODIFIED') : 'ADDED';
    present[type === 'DELETED' ? 'delete' : 'add'](uid);
    return event(type, uid, index + 1);
  });
}

/** What a client makes of the frames, and what no client should see. */
class Reader {
  readonly objects = new Map<string, number>();
  readonly #newest = new Map<string, number>();
  readonly violations: string[] = [];

  read(events: readonly WatchEvent[]): void {
    for (const { type, object } of events) {
      const { uid, revision } = object;
      if (revision <= (this.#newest.get(uid) ?? 0) || (type === 'MODIFIED' && !this.objects.has(uid))) {
        this.violations.push(`${type} ${uid}@${revision} after ${this.#newest.get(uid)}`);
      }
      this.#newest.set(uid, revision);
      this.objects.set(uid, revision);
      if (type === 'DELETED') {
        this.objects.delete(uid);
      }
    }
  }
}

function stateOf(history: readonly WatchEvent[]): Map<string, number> {
  const state = new Map<string, number>();
  for (const { type, object } of history) {
    state.set(object.uid, object.revision);
    if (type === 'DELETED') {
      state.delete(object.uid);
    }
  }
  return state;
}

describe('the coalescer', () => {
  it('keeps the newest state of each object, oldest first', () => {
    const pending = new Coalescer(exactly(0));
    pending.add([event('ADDED', 'a', 1), event('ADDED', 'b', 2), event('MODIFIED', 'a', 3)], 5);
    expect(told(pending.take(all))).toEqual(['ADDED b@2', 'ADDED a@3']);
    expect(pending.position).toEqual(exactly(5));
  });

  it('forgets what came and went, and tells the end of what the client has', () => {
    const pending = new Coalescer(exactly(0));
    pending.add([event('ADDED', 'a', 1), event('DELETED', 'a', 2), event('DELETED', 'b', 3)], 3);
    expect(told(pending.take(all))).toEqual(['DELETED b@3']);
  });

  it('holds no more than one state of each object, however much changes while nobody takes', () => {
    const pending = new Coalescer(exactly(0));
    for (let revision = 1; revision < 30_000; revision += 3) {
      const uid = `short-lived-${revision}`;
      pending.add([event('ADDED', uid, revision), event('DELETED', uid, revision + 1)], revision + 1);
      pending.add([event(revision === 1 ? 'ADDED' : 'MODIFIED', 'stays', revision + 2)], revision + 2);
    }
    expect(pending.size).toBe(1);
  });

  it('tells where to resume while others still wait', () => {
    const pending = new Coalescer(exactly(0));
    pending.add([event('ADDED', 'a', 1), event('ADDED', 'b', 2), event('MODIFIED', 'a', 9)], 9);
    expect(told(pending.take(() => true))).toEqual(['ADDED b@2']);
    expect(pending.position).toEqual({ revision: 8, horizon: 9 });
  });

  it('after any resume tells no state twice, none after a newer one, and ends with the final state', () => {
    const turn = fc.record({ uid: fc.constantFrom('a', 'b', 'c', 'd'), removes: fc.boolean() });
    const step = fc.oneof(
      fc.record({ do: fc.constant('feed'), count: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ do: fc.constant('take'), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ do: fc.constant('deliver'), count: fc.integer({ min: 1, max: 2 }) }),
      fc.record({ do: fc.constant('resume'), count: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 40 }), fc.array(step, { maxLength: 60 }), (turns, steps) => {
        const history = historyOf(turns);
        const reader = new Reader();
        let from: Position = exactly(0);
        let fed = 0;
        let pending = new Coalescer(from);
        let sent: { events: WatchEvent[]; position: Position }[] = [];
        const feed = (count: number): void => {
          pending.add(history.slice(fed, fed + count), Math.min(fed + count, history.length));
          fed = Math.min(fed + count, history.length);
        };
        const take = (count: number): void => {
          let left = count;
          const events = pending.take(() => {
            left -= 1;
            return left === 0;
          });
          sent.push({ events, position: pending.position });
        };
        const deliver = (count: number): void => {
          for (const { events, position } of sent.splice(0, count)) {
            reader.read(events);
            from = position;
          }
        };
        const resume = (): void => {
          sent = [];
          fed = from.revision;
          pending = new Coalescer(from);
        };
        const doers: Record<string, (count: number) => void> = { feed, take, deliver, resume };
        for (const { do: what, count } of steps) {
          doers[what]?.(count);
        }
        feed(history.length);
        take(Number.POSITIVE_INFINITY);
        deliver(Number.POSITIVE_INFINITY);
        expect(reader.violations).toEqual([]);
        expect(reader.objects).toEqual(stateOf(history));
        expect(pending.position).toEqual(exactly(history.length));
      }),
      { numRuns: 2_000 },
    );
  });
});
