import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settle } from '../../test/support/manual-clock.ts';
import { nothing, SHARD, shardWorld } from '../../test/support/shard-world.ts';
import { conflict } from '../errors.ts';
import { seededRandom } from '../timing/random.ts';
import { failureDelayMs } from './back-off.ts';

describe('a run', () => {
  test('takes what is due, removes what is done and leaves the rest until its time', async () => {
    const seen: string[][] = [];
    const { due, runner, rings, clock } = shardWorld(async (keys) => {
      seen.push(keys.map(({ key }) => key));
      return new Map([['later', { requeueAfterMs: 1_000 }]]);
    });
    await due.add([
      { shard: SHARD, key: 'done' },
      { shard: SHARD, key: 'later' },
      { shard: SHARD, key: 'future', afterMs: 5_000 },
    ]);
    await runner.run(SHARD);
    expect(seen).toEqual([['done', 'later']]);
    expect(due.dueIn(SHARD, 'done')).toBeUndefined();
    expect(due.dueIn(SHARD, 'later')).toBe(1_000);
    expect(due.holderOf(SHARD)).toBe('');
    await clock.advance(999);
    expect(rings).toEqual([]);
    await clock.advance(1);
    expect(rings).toEqual([SHARD]);
  });

  test('goes on while more is due than one claim takes', async () => {
    const sizes: number[] = [];
    const { due, runner } = shardWorld(async (keys) => {
      sizes.push(keys.length);
      return nothing;
    });
    await due.add(Array.from({ length: 2_300 }, (_, i) => ({ shard: SHARD, key: `k${i}` })));
    await runner.run(SHARD);
    expect(sizes).toEqual([1_000, 1_000, 300]);
  });

  test('rests after a small batch, so that what comes meanwhile shares the next', async () => {
    const seen: string[][] = [];
    const { clock, due, runner } = shardWorld(async (keys) => {
      seen.push(keys.map(({ key }) => key));
      await clock.advance(keys.length === 1 ? 30 : 5_000);
      return nothing;
    });
    await due.add([{ shard: SHARD, key: 'a' }]);
    await runner.run(SHARD);
    await due.add([{ shard: SHARD, key: 'b' }]);
    const next = runner.run(SHARD);
    await settle();
    await due.add([{ shard: SHARD, key: 'c' }]);
    await clock.advance(59);
    expect(seen).toEqual([['a']]);
    await clock.advance(1);
    await next;
    expect(seen).toEqual([['a'], ['b', 'c']]);
    await due.add([{ shard: SHARD, key: 'd' }]);
    const last = runner.run(SHARD);
    await clock.advance(200);
    await last;
    expect(seen.at(-1)).toEqual(['d']);
  });

  test('a key made due again while it is reconciled runs again', async () => {
    let runs = 0;
    const { due, runner } = shardWorld(async () => {
      runs += 1;
      if (runs === 1) {
        await due.add([{ shard: SHARD, key: 'k' }]);
      }
      return nothing;
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    await runner.run(SHARD);
    expect(runs).toBe(2);
    expect(due.dueIn(SHARD, 'k')).toBeUndefined();
  });

  test('two rings at once in one process are one run that looks again', async () => {
    let running = 0;
    const { due, runner } = shardWorld(async () => {
      running += 1;
      expect(running).toBe(1);
      await settle();
      running -= 1;
      return nothing;
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    await Promise.all([runner.run(SHARD), runner.run(SHARD), runner.run(SHARD)]);
    expect(runner.stats().keys).toBe(1);
  });

  test('a ring joins the run that is under way, and is rung on where another holder has the shard', async () => {
    const first = shardWorld(async () => nothing);
    expect(first.runner.join(SHARD)).toBe(false);
    const shared = { clock: first.clock, due: first.due };
    const second = shardWorld(async () => nothing, 'b', shared);
    await first.due.claim(SHARD, 'a', 15_000, 1);
    const claim = first.due.claim.bind(first.due);
    first.due.claim = (...asked) => {
      expect(second.runner.join(SHARD)).toBe(true);
      return claim(...asked);
    };
    await second.runner.run(SHARD);
    first.due.claim = claim;
    await first.clock.advance(20);
    expect(second.rings).toEqual([SHARD]);
    expect(second.runner.join(SHARD)).toBe(false);
    await first.due.add([{ shard: SHARD, key: 'k' }]);
    const own = first.runner.run(SHARD);
    expect(first.runner.join(SHARD)).toBe(true);
    await own;
    expect(first.rings).toEqual([]);
    expect(first.due.dueIn(SHARD, 'k')).toBeUndefined();
  });

  test('rings instead of holding the worker for ever when the work never ends', async () => {
    const { due, runner, rings } = shardWorld(async () => new Map([['k', { requeueAfterMs: 0 }]]));
    await due.add([{ shard: SHARD, key: 'k' }]);
    await runner.run(SHARD);
    expect(rings).toEqual([SHARD]);
    expect(runner.stats().runs).toBe(50);
  });

  test('a shard of another reconciler is left alone', async () => {
    const { due, runner } = shardWorld(async () => nothing);
    await runner.run('controller/xyz');
    expect(due.claims).toBe(0);
    await runner.run('controller/x/3');
    expect(due.claims).toBe(1);
  });
});

describe('notes', () => {
  test('come back with the key, outlive a failure, and end with the work', async () => {
    const seen: (string | undefined)[] = [];
    const answers: (object | Error)[] = [
      { requeueAfterMs: 0, note: 'one' },
      new Error('boom'),
      { requeueAfterMs: 1_000 },
      {},
    ];
    const { due, runner, clock } = shardWorld(async ([key]) => {
      seen.push(key?.note);
      return new Map([['k', answers[seen.length - 1] ?? {}]]);
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    for (let look = 0; look < 3; look += 1) {
      const run = runner.run(SHARD);
      await clock.advance(600_000);
      await run;
    }
    expect(seen).toEqual([undefined, 'one', 'one', undefined]);
    expect(due.dueIn(SHARD, 'k')).toBeUndefined();
  });
});

describe('failures', () => {
  test('an Error in the answer backs its key off, alone, and counts up', async () => {
    const { due, runner, clock } = shardWorld(
      async (keys) => new Map(keys.filter(({ key }) => key === 'bad').map(({ key }) => [key, new Error('boom')])),
    );
    await due.add([
      { shard: SHARD, key: 'bad' },
      { shard: SHARD, key: 'good' },
    ]);
    for (let attempt = 1; attempt < 12; attempt += 1) {
      const run = runner.run(SHARD);
      await clock.advance(20);
      await run;
      await clock.advance(300_000);
    }
    expect(due.dueIn(SHARD, 'good')).toBeUndefined();
    expect(due.attemptOf(SHARD, 'bad')).toBeGreaterThan(10);
  });

  test('a throw backs every key off and a success starts the count again', async () => {
    let failing = true;
    const { due, runner, clock } = shardWorld(async () => {
      if (failing) {
        throw new Error('boom');
      }
      return new Map([['k', { requeueAfterMs: 60_000 }]]);
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    const run = runner.run(SHARD);
    await clock.advance(1_000);
    await run;
    expect(due.attemptOf(SHARD, 'k')).toBeGreaterThan(1);
    failing = false;
    await clock.advance(300_000);
    await runner.run(SHARD);
    expect(due.attemptOf(SHARD, 'k')).toBe(0);
  });

  test('are logged once a second, lost races not at all', async () => {
    const { due, runner, lines, clock } = shardWorld(
      async (keys) =>
        new Map(
          keys.map(({ key }) => [
            key,
            key === 'race' ? conflict({ group: '', resource: 'pods' }, 'p') : new Error('boom'),
          ]),
        ),
    );
    await due.add(Array.from({ length: 30 }, (_, i) => ({ shard: SHARD, key: `k${i}` })));
    await due.add([{ shard: SHARD, key: 'race' }]);
    const run = runner.run(SHARD);
    await clock.advance(900);
    await run;
    expect(lines.filter((line) => line.startsWith('reconcile failed'))).toHaveLength(1);
    expect(runner.stats().errors).toBeGreaterThanOrEqual(31);
  });

  test('the wait doubles from 5 ms to 5 min, never more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer(), (attempt, seed) => {
        const delay = failureDelayMs(attempt, seededRandom(seed));
        expect(delay).toBeGreaterThanOrEqual(Math.min(5 * 2 ** attempt, 300_000) / 2);
        expect(delay).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});
