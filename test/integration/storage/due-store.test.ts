import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DueStore } from '../../../src/queue/reconciler.ts';
import { MemoryDueStore } from '../../support/memory-due-store.ts';
import { storageFixture } from './storage-fixture.ts';
import { create, update } from './writes.ts';

const fixture = storageFixture();

/** Times far enough apart that a slow test machine cannot move a key from due to not due. */
const HOUR = 3_600_000;
const shard = fc.constantFrom('s/1', 's/2');
const key = fc.constantFrom('a', 'b', 'c', 'd');
const holder = fc.constantFrom('one', 'two');
const times = fc.constantFrom(undefined, -2 * HOUR, -HOUR, HOUR, 2 * HOUR);
const step = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    refs: fc.array(fc.record({ shard, key, afterMs: times }), { maxLength: 4 }),
  }),
  fc.record({
    do: fc.constant('claim' as const),
    shard,
    holder,
    ttlMs: fc.constantFrom(-HOUR, HOUR),
    limit: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({
    do: fc.constant('settle' as const),
    /** Which of the leases claimed so far. */
    lease: fc.nat(),
    keep: fc.array(fc.record({ next: times, attempt: fc.nat(5), note: fc.constantFrom(undefined, 'x', "y'{}") }), {
      maxLength: 4,
    }),
    release: fc.boolean(),
  }),
);

type Claimed = NonNullable<Awaited<ReturnType<DueStore['claim']>>>;
const hours = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms / HOUR));

/** Runs the steps; everything that a caller can see. Ages of equal keys are not told apart, so keys are sorted. */
async function run(
  due: DueStore,
  prefix: string,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
) {
  const seen: unknown[] = [];
  const leases: Claimed[] = [];
  for (const one of steps) {
    if (one.do === 'add') {
      await due.add(
        one.refs.map(({ shard: name, key: of, afterMs }) => ({
          ...{ shard: prefix + name, key: of },
          ...(afterMs === undefined ? {} : { afterMs }),
        })),
      );
    } else if (one.do === 'claim') {
      const claimed = await due.claim(prefix + one.shard, one.holder, one.ttlMs, one.limit);
      if (claimed !== undefined) {
        leases.push(claimed);
      }
      const keys = claimed?.keys.map(({ attempt, note }) => `${attempt} ${note}`).sort();
      seen.push([claimed?.lease.epoch, claimed?.more, keys]);
    } else if (leases.length > 0) {
      const claimed = leases[one.lease % leases.length]!;
      const settled = claimed.keys.slice(0, one.keep.length).map(({ key: of, version }, i) => {
        const { next, attempt, note } = one.keep[i]!;
        const noted = note === undefined ? {} : { note };
        return {
          key: of,
          version,
          attempt,
          ...noted,
          ...(next === undefined ? {} : { nextAfterMs: Math.max(0, next) }),
        };
      });
      seen.push(hours(await due.settle(claimed.lease, settled, one.release)));
    }
    seen.push((await due.dueShards(HOUR / 2)).map((name) => name.slice(prefix.length)).sort());
  }
  return seen;
}

describe('the due store', () => {
  it('does what the fake in memory does', async () => {
    const { due } = await fixture.open();
    let runs = 0;
    // The fake is the contract only if each shard is claimed whole: which of several due keys comes first is time's.
    const whole = fc
      .array(step, { maxLength: 12 })
      .map((steps) => steps.map((one) => (one.do === 'claim' ? { ...one, limit: one.limit === 0 ? 0 : 4 } : one)));
    await fc.assert(
      fc.asyncProperty(whole, async (steps) => {
        await fixture.sql('TRUNCATE due, shard_owners');
        runs += 1;
        const clock = Date.now();
        expect(await run(due, `r${runs}/`, steps)).toEqual(
          await run(new MemoryDueStore(() => clock), `r${runs}/`, steps),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('takes the oldest first, up to the limit', async () => {
    const { due } = await fixture.open();
    const refs = ['c', 'a', 'b'].map((of, i) => ({ shard: 'old', key: of, afterMs: (i - 10) * 1_000 }));
    await due.add(refs);
    const claimed = await due.claim('old', 'me', 60_000, 2);
    expect(claimed).toMatchObject({ keys: [{ key: 'c' }, { key: 'a' }], more: true });
  });

  it('keeps a key that is made due again while it is worked on', async () => {
    const { due, objects } = await fixture.open();
    await due.add([{ shard: 'again', key: 'k' }]);
    const claimed = (await due.claim('again', 'me', 60_000, 10))!;
    await objects.commit(create('rings', { due: [{ shard: 'again', key: 'k', afterMs: HOUR }] }));
    const settled = claimed.keys.map(({ key: of, version }) => ({ key: of, version, attempt: 0 }));
    expect(await due.settle(claimed.lease, settled, true)).toBe(0);
    const next = (await due.claim('again', 'other', 60_000, 10))!;
    expect(next.keys.map(({ key: of }) => of)).toEqual(['k']);
    expect(next.lease.epoch).toBe(claimed.lease.epoch + 1);
  });

  it('gives a key its note even when it was made due again meanwhile', async () => {
    const { due } = await fixture.open();
    await due.add([{ shard: 'noted', key: 'k' }]);
    const { lease, keys } = (await due.claim('noted', 'me', 60_000, 10))!;
    await due.add([{ shard: 'noted', key: 'k' }]);
    await due.settle(
      lease,
      [{ key: 'k', version: keys[0]!.version, attempt: 0, nextAfterMs: HOUR, note: 'two of three' }],
      true,
    );
    expect((await due.claim('noted', 'me', 60_000, 10))?.keys).toMatchObject([{ key: 'k', note: 'two of three' }]);
  });

  it('makes work due in the transaction of the write: not for a refused one, once for many', async () => {
    const { objects } = await fixture.open();
    const due = (key: string, afterMs?: number) => [
      { shard: 'outbox', key, ...(afterMs === undefined ? {} : { afterMs }) },
    ];
    await objects.commitAll([
      create('o1', { due: due('k', 2 * HOUR) }),
      create('o2', { due: [...due('k', HOUR), ...due('now')] }),
      create('o1', { due: due('refused') }),
    ]);
    const read = (await objects.get('pods', 'default', 'o1'))!;
    await objects.commit(update({ ...read, revision: 1_000_000 }, { due: due('conflict') }));
    const rows = await fixture.sql<{ key: string; hours: number }>(
      `SELECT key, round(extract(epoch FROM at - now()) / 3600)::int AS hours FROM due WHERE shard = 'outbox' ORDER BY key`,
    );
    expect(rows).toEqual([
      { key: 'k', hours: 1 },
      { key: 'now', hours: 0 },
    ]);
  });

  it('gives a shard to one of many who claim at once', async () => {
    const storages = await Promise.all([fixture.open(), fixture.open(), fixture.open()]);
    const claims = await Promise.all(
      Array.from({ length: 12 }, (_, i) => storages[i % 3]!.due.claim('one', `holder-${i}`, 60_000, 1)),
    );
    expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(1);
  });
});
